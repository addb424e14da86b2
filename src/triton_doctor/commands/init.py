"""`init`: make the guide's model repository for one model, right for the release in the image."""

from __future__ import annotations

import os
import re
from contextlib import closing
from functools import partial
from pathlib import Path

from triton_doctor.api import make_folder, setting, write_new
from triton_doctor.commands.screen import Screen, parting, somebody_is_there
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.errors import UsageError
from triton_doctor.fixing.carry import Carrier
from triton_doctor.fixing.journal import Journal, journal_folder
from triton_doctor.fixing.prepare import prepare
from triton_doctor.fixing.trouble import FixTrouble
from triton_doctor.host.hands import LocalHands
from triton_doctor.host.protocol import Host
from triton_doctor.interrupts import taken
from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.lines import Line, command, line, paragraph
from triton_doctor.probes.release import Release, release
from triton_doctor.record import Record, replace
from triton_doctor.repairs import Applicability, Fix, Step
from triton_doctor.report.verdict import INTERRUPTED
from triton_doctor.scaffold import SHARE, WEIGHTS, scaffold
from triton_doctor.settings import Layers, at_home
from triton_doctor.values import Unfit, image

DONE, REFUSED = 0, 1
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_OPTIONS = {"model": "--model", "weights": "--weights", "image": "--image", "share": "--gpu-share"}
_WEIGHTS = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?|/\S+")


class Asked(Record, frozen=True):
    """weights: id on the Hub; share: of the GPU's memory; both None: asked for, or the guide's."""

    weights: str | None = None
    share: str | None = None


class Plan(Record, frozen=True):
    """What is to be made."""

    deployment: Deployment
    model: str
    weights: str
    share: float


def init(host: Host, layers: Layers, asked: Asked) -> int:
    """Write the two files; the exit code. UsageError for a value that cannot be."""
    deployment, settings = layers.resolve()
    say, screen = phrases(settings.lang), Screen(quiet=False)
    with closing(host):
        try:
            plan = _plan(deployment, layers, asked, say)
        except KeyboardInterrupt:
            taken()
            parting(say("fix", "stopped"))
            return INTERRUPTED
        there = _there(plan, say)
        if there:
            screen.write(paragraph(there, screen.width))
            return REFUSED
        known = _release(host, plan, settings.timeout)
        try:
            steps = _steps(plan, known, layers)
            _write(host, layers, plan, steps, say)
        except FixTrouble as trouble:
            screen.write(paragraph(trouble.text, screen.width))
            return REFUSED
        screen.write(_told(steps, known, plan, say, screen.width))
    return DONE


def _plan(deployment: Deployment, layers: Layers, asked: Asked, say: Phrases) -> Plan:
    """What was said, what is asked for where somebody is there, and the guide's for the rest."""
    given = {
        "model": deployment.model[0],
        "weights": asked.weights or WEIGHTS,
        "image": deployment.image,
        "share": asked.share or str(SHARE),
    }
    if somebody_is_there():
        from triton_doctor.ui import asking

        said = {"weights": asked.weights, "share": asked.share}
        for key in given:
            if said.get(key) or layers.over(key):
                continue
            given[key] = asking.text(say("init", key), given[key], partial(_CHECKS[key], say))
    for key, option in _OPTIONS.items():
        trouble = _CHECKS[key](say, given[key])
        if trouble:
            raise UsageError(trouble, where=option)
    named = replace(deployment, model=(given["model"],), image=given["image"])
    return Plan(named, given["model"], given["weights"], float(given["share"]))


def _model(say: Phrases, text: str) -> str:
    return "" if _NAME.fullmatch(text) else say("init", "bad-model", value=repr(text))


def _weights(say: Phrases, text: str) -> str:
    return "" if _WEIGHTS.fullmatch(text) else say("init", "bad-weights", value=repr(text))


def _image(_say: Phrases, text: str) -> str:
    try:
        image(text)
    except Unfit as unfit:
        return str(unfit)
    return ""


def _share(say: Phrases, text: str) -> str:
    try:
        fits = 0 < float(text) <= 1
    except ValueError:
        fits = False
    return "" if fits else say("init", "bad-share", value=repr(text))


_CHECKS = {"model": _model, "weights": _weights, "image": _image, "share": _share}


def _there(plan: Plan, say: Phrases) -> str:
    """What stands where the model is to be; empty where nothing does."""
    folder = at_home(plan.deployment.repository) / plan.model
    try:
        if not folder.is_dir():
            return say("init", "there", path=folder) if os.path.lexists(folder) else ""
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        return f"{folder}: {error.strerror}"
    shown = ", ".join(names[:5])
    return say("init", "there-holds", path=folder, names=shown) if names else ""


def _release(host: Host, plan: Plan, timeout: float) -> Release | None:
    context = Context(host, plan.deployment, Settings(timeout=timeout))
    return context.known(release)


def _steps(plan: Plan, known: Release | None, layers: Layers) -> tuple[Step, ...]:
    """The folder, the two files, and what the settings file has to say for them to be found."""
    repository = plan.deployment.repository
    vllm = known.vllm if known else None
    files = scaffold(repository, plan.model, plan.weights, vllm, plan.share)
    steps = [make_folder(f"{repository.rstrip('/')}/{plan.model}/1")]
    steps += [write_new(path, text) for path, text in files.items()]
    without, _ = Layers({}, layers.environ, layers.config).resolve()
    if without.model != (plan.model,):
        steps.append(setting("model", [plan.model]))
    if without.image != plan.deployment.image:
        steps.append(setting("image", plan.deployment.image))
    if at_home(without.repository).absolute() != at_home(repository).absolute():
        steps.append(setting("repository", _beside(layers.file, repository)))
    return tuple(steps)


def _beside(file: str, repository: str) -> str:
    """The folder as the settings file has to name it: from where that lies."""
    if Path(file).parent == Path():
        return repository
    return str(at_home(repository).absolute())


def _write(host: Host, layers: Layers, plan: Plan, steps: tuple[Step, ...], say: Phrases) -> None:
    fix = Fix(say("init", "title", model=plan.model), Applicability.SAFE, steps)
    carrier = Carrier(LocalHands(interactive=False), Journal(journal_folder(host)), lambda _: None)
    prepared = prepare(fix, host, layers.file)
    carrier.apply(prepared, "init", plan.deployment.repository)


def _told(
    steps: tuple[Step, ...], known: Release | None, plan: Plan, say: Phrases, width: int
) -> list[Line]:
    lines = [*paragraph(say("init", "wrote"), width, style="strong")]
    for step in steps[1:]:
        lines += [line(one, indent=4) for one in step.show.split("\n")]
    if known is None or not known.known:
        text = say("init", "unknown-release", image=plan.deployment.image)
        lines += [line(), *paragraph(text, width)]
    lines += [line(), *paragraph(say("init", "next"), width)]
    lines += [line(), command("triton-doctor", indent=4)]
    lines += [line(), *paragraph(say("fix", "back"), width, style="dim")]
    return lines
