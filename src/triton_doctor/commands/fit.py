"""`fit`: whether a model will fit into the GPU's memory, before anything is downloaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from triton_doctor.commands.fit_cards import cards
from triton_doctor.commands.fit_quantized import with_quantized
from triton_doctor.commands.fit_source import near, sought
from triton_doctor.commands.fit_values import version_named
from triton_doctor.commands.screen import Screen
from triton_doctor.context import Context
from triton_doctor.errors import UsageError
from triton_doctor.fitting.cards import Card
from triton_doctor.fitting.engine import Starter
from triton_doctor.fitting.fitted import Fitted, VersionBy, asked, beside, fitted, wide
from triton_doctor.fitting.logged import Logged, arguments, logged
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.lines import Line
from triton_doctor.model import Severity
from triton_doctor.probes.checkpoint import REASONS, Checkpoint
from triton_doctor.probes.cuda_rules import cuda_rules
from triton_doctor.probes.fit_facts import beside_others, held
from triton_doctor.probes.release import Release, release
from triton_doctor.probes.repository import repository
from triton_doctor.record import Record, replace
from triton_doctor.redact import clean
from triton_doctor.report.fit_json import fits_as_json
from triton_doctor.report.fit_text import FitText
from triton_doctor.report.verdict import FOUND, HEALTHY, UNCLEAR
from triton_doctor.settings import Layers
from triton_doctor.streams import WIDEST

_SEVERITY = {"short": Severity.ERROR, "near": Severity.WARNING}


class Asked(Record, frozen=True):
    """model: a folder, an id of the Hub, or a model of the repository; None for all of those;
    gpus: names of cards; values: of model.json, which win over the file; log: to compare with;
    starter: of the engine, where it is said; form: text or json; output: a file to write to instead
    of the screen."""

    model: str | None = None
    gpus: tuple[str, ...] = ()
    values: Mapping[str, Any] = {}
    vllm: str | None = None
    log: str | None = None
    starter: Starter | None = None
    form: str = "text"
    output: str | None = None


def fit(host: Host, layers: Layers, wanted: Asked) -> int:
    """The exit code: 0 it fits, 1 it does not, 3 that cannot be told."""
    deployment, settings = layers.resolve()
    screen = Screen(quiet=bool(wanted.output) or wanted.form == "json")
    context = Context(host, deployment, settings)
    with closing(host), screen.watching(context):
        told = _log(host, context, wanted.log)
        on = cards(context, wanted.gpus)
        known = sought(host, context, wanted.model)
        vllm, by, image = _version(context, wanted, told)
        least = _least(context, image) if image else None
        every = [_fitted(one, wanted, on, vllm, told, least) for one in known]
        every = [replace(one, version_by=by, image=image.image if image else "") for one in every]
        every = [_named(host, context, *pair) for pair in zip(known, every, strict=True)]
        seen = context.known(repository)
        every = beside_others(every, seen) if seen else every
        pairs = zip(known, every, strict=True)
        every = [with_quantized(host, context, one, found) for one, found in pairs]
    code = exit_code(every, settings.fail_on)
    _tell(every, code, wanted, phrases(settings.lang), screen)
    return code


def exit_code(every: list[Fitted], fail_on: str) -> int:
    """As for a run of checks: a fit within its error of the limit is a warning."""
    bad = [_SEVERITY[one.estimate.verdict] for one in every if one.estimate.verdict in _SEVERITY]
    if fail_on != "never" and any(one.at_least(Severity(fail_on)) for one in bad):
        return FOUND
    unknown = any(one.estimate.verdict == "unknown" for one in every)
    return UNCLEAR if unknown or not every else HEALTHY


def _fitted(
    one: Checkpoint,
    wanted: Asked,
    on: list[Card],
    vllm: str | None,
    told: Logged | None,
    least: tuple[int, int] | None,
) -> Fitted:
    shown = arguments(told) if told else {}
    values = {**one.arguments, **shown, **wanted.values}
    if len(wanted.gpus) == len(on) == 1:  # one that is named stands for each that is asked for
        on = on * wide(values)
    question = asked(held(one), values, on, vllm, wanted.starter or "triton")
    question = replace(question, least=least)
    if told and not wanted.starter:
        question = beside(question, told)
    found = fitted(one.model or one.named, one.where, question, told)
    trouble = one.error or REASONS.get(one.reason, one.reason)
    return replace(found, trouble=clean(trouble)) if one.config is None else found


def _named(host: Host, context: Context, one: Checkpoint, found: Fitted) -> Fitted:
    """With where its settings are from, and what may be meant where the Hub knows no such model."""
    return replace(found, settings=one.path, near=near(host, context, one))


def _least(context: Context, image: Release) -> tuple[int, int] | None:
    """The compute capability that the image's CUDA and Triton's release notes ask for."""
    rules = context.known(cuda_rules)
    known = image.min_capability, rules.least_capability if rules else None
    return max((one for one in known if one), default=None)


def _version(
    context: Context, wanted: Asked, told: Logged | None
) -> tuple[str | None, VersionBy, Release | None]:
    """Of vLLM: as it was said, as the log has it, or that of the deployment's image, and which."""
    if wanted.vllm:
        return version_named(wanted.vllm), "option", None
    if told and told.version:
        return told.version, "log", None
    image = context.known(release)
    if image and image.vllm:
        return image.vllm, "image", image
    return None, "newest", None


def _log(host: Host, context: Context, name: str | None) -> Logged | None:
    if name is None:
        return None
    from triton_doctor.commands.log_sources import sources
    from triton_doctor.logs.encoding import as_utf8

    (source,) = sources((name,), host, context, follow=False)
    found = logged(_lines(as_utf8(source.blocks())))
    if found.empty:
        raise UsageError("says nothing of what vLLM found of memory", where=f"--log {name}")
    return found


def _lines(blocks: Iterator[bytes]) -> Iterator[str]:
    """Lines of a log that comes in pieces; one of a megabyte is cut."""
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        rest = rest[-(1 << 20) :]
        yield from (one.decode("utf-8", "replace") for one in whole)
    yield rest.decode("utf-8", "replace")


def _tell(every: list[Fitted], code: int, wanted: Asked, say: Phrases, screen: Screen) -> None:
    if wanted.form == "json":
        _put(fits_as_json(every, code), wanted.output)
    elif wanted.output:
        lines = _lines_of(every, FitText(say, WIDEST, drawn=False))
        _put("".join(f"{one.text}\n" for one in lines), wanted.output)
    else:
        screen.write(_lines_of(every, FitText(say, screen.width, _drawn(screen))))


def _lines_of(every: list[Fitted], text: FitText) -> Iterator[Line]:
    for number, one in enumerate(every):
        if number:
            yield Line()
        yield from text.fitted(one)


def _drawn(screen: Screen) -> bool:
    """Whether the terminal has signs to draw with; elsewhere ASCII does."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return screen.terminal and encoding == "utf8" and not os.environ.get("NO_COLOR")


def _put(text: str, output: str | None) -> None:
    if output:
        from triton_doctor.commands.output import write_whole

        write_whole(output, text)
    else:
        sys.stdout.write(text)
