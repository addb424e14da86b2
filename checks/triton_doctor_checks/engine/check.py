"""Judges what model.json hands to vLLM: each value, values together, and which model is named.

The names in it are the repository check's matter; here are only those that this vLLM has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from triton_doctor.api import (
    ASK,
    SAFE,
    SHOW,
    Answer,
    Answers,
    Context,
    Plan,
    Record,
    Severity,
    found,
    not_for_here,
    plan,
    pointed,
    sound,
    spot,
    unsure,
)
from triton_doctor.probes.release import Release, release
from triton_doctor.probes.repository import Model, repository
from triton_doctor.probes.repository_files import TextFile
from triton_doctor_checks.engine import table as tables
from triton_doctor_checks.engine.pairs import pairs
from triton_doctor_checks.engine.settings import Settings
from triton_doctor_checks.engine.table import OFFICIAL, Table
from triton_doctor_checks.engine.values import Bad, bad
from triton_doctor_checks.engine.weights import Named, is_name, unnamed, weights
from triton_doctor_checks.repository.arguments import served_files
from triton_doctor_checks.repository.config import is_vllm
from triton_doctor_checks.repository.json_fault import fault
from triton_doctor_checks.repository.json_places import Member, members, replaced, without
from triton_doctor_checks.repository.place import some
from triton_doctor_checks.repository.scaffolding import WEIGHTS

_SHOWN = 80  # characters of a value that is shown
# In these releases the backend asks enable_lora.lower(), which only a text has.
_LORA_AS_TEXT = ("24.05", "24.06", "24.07", "24.08", "24.09")
# Where the example is near what was written: a limit, a choice. Elsewhere it is any value.
_NEAR = ("range", "range-late", "pair", "lora-text", "choice", "choice-unsure", "number")


class Reader(Record, frozen=True):
    """The vLLM that is to read the settings. sure: its version is known and was read."""

    table: Table
    sure: bool
    official: bool
    tag: str


def check(context: Context) -> Answers:
    context.start(repository, release)
    seen = context.fact(repository)
    models = [model for model in seen.models if is_vllm(model)]
    if seen.folder.trouble or not models:
        yield not_for_here("no-model")
        return
    image = context.known(release)
    reader, count, judged = _reader(image), 0, list[str]()
    answers: list[Answer] = []
    for model in models:
        given = (model.root or seen.given).rstrip("/\\")
        for file in served_files(model):
            path = f"{given}/{file.path}"
            if file.text is None or fault(file) is not None:
                answers.append(unsure("not-json", because="repository", path=path))
                continue
            values = json.loads(file.text)
            judged.append(model.name)
            count += sum(name in reader.table for name in values)
            answers += _judged(reader, model, path, file, values)
    yield from answers
    if not answers and not judged:
        yield unsure("no-file", path=seen.given)
    elif not reader.sure:
        name = image.image if image else context.deployment.image
        yield unsure("version", image=name, newest=tables.newest())
    elif not any(getattr(answer, "severity", None) is not Severity.WARNING for answer in answers):
        names = some(list(dict.fromkeys(judged)))
        yield sound(model=names, count=count, version=reader.table.version)


def _reader(image: Release | None) -> Reader:
    """For an unknown vLLM the newest one that was read, whose verdicts are warnings then."""
    table = tables.table(image.vllm) if image else None
    official = image is not None and image.image.startswith(OFFICIAL)
    tag = image.tag if image else ""
    return Reader(table or _newest(), table is not None, official, tag)


def _newest() -> Table:
    table = tables.table(tables.newest())
    if table is None:
        raise ValueError("the newest version that was read is not in the table")
    return table


def _judged(
    reader: Reader, model: Model, path: str, file: TextFile, values: dict[str, Any]
) -> Iterator[Answer]:
    text = file.text or ""
    for name, wrong in _wrong(reader, values):
        yield _refused(reader, path, text, name, values[name], wrong)
    if "model" not in values:
        # Settings that are nested one level too deep name it there: that is told by their own name.
        if not any(isinstance(value, dict) and "model" in value for value in values.values()):
            yield _unnamed(reader, path, text)
        return
    if isinstance(values["model"], str) and not is_name(values["model"]):
        yield from weights(_named(path, text), model, reader.official)


def _wrong(reader: Reader, values: dict[str, Any]) -> Iterator[tuple[str, Bad]]:
    known = reader.table.arguments
    sizes = ("max_num_seqs", "max_num_batched_tokens")
    both = all(isinstance(values.get(name), str) for name in sizes)
    together = list(pairs(reader.table, values))
    named = {name for name, _ in together}
    for name, value in values.items():
        argument = known.get(name) if name not in named else None
        wrong = bad(reader.table, argument, value, both) if argument else None
        if wrong:
            yield name, wrong
    if reader.tag in _LORA_AS_TEXT and isinstance(values.get("enable_lora"), bool):
        error = "'bool' object has no attribute 'lower'"
        yield "enable_lora", Bad("lora-text", error, example='"true"')
    yield from together


def _named(path: str, text: str) -> Named:
    return Named(path, text, [one for one in members(text) if one.name == "model"][-1])


def _refused(reader: Reader, path: str, text: str, name: str, value: Any, wrong: Bad) -> Answer:
    member = [one for one in members(text) if one.name == name][-1]
    line, column = spot(text, member.value_start)
    shown = json.dumps(value)
    values: dict[str, Any] = {
        "error": wrong.error,
        "value": shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…",
        "allowed": wrong.allowed,
        "vllm": reader.table.version,
    }
    if not wrong.quantization:
        values |= {"argument": name, "example": f'"{name}": {wrong.example}'}
    return found(
        "quantization-mismatch" if wrong.quantization else "invalid-argument",
        case=wrong.case,
        severity=None if reader.sure and not wrong.mild else Severity.WARNING,
        where=f"{path}:{line}:{column}",
        evidence=pointed(text, line, column),
        fix=_plan(path, text, member, wrong, wrong.mild or not reader.sure),
        **values,
    )


def _plan(path: str, text: str, member: Member, wrong: Bad, mild: bool) -> Plan | None:
    """The same value rightly written; else one that works, or none, which is vLLM's own.

    mild: vLLM may take what stands there, so that a person has to say.
    """
    out = without(path, text, members(text), member)
    if wrong.quantization:
        return plan("own-form", SHOW if mild else ASK, out, path=path) if out else None
    drop = plan("drop", SHOW if mild else ASK, out, argument=member.name) if out else None
    step = replaced(path, text, member.value_start, member.end, wrong.example)
    if step is None or not (wrong.meant or wrong.case in _NEAR):
        return drop
    example = f'"{member.name}": {wrong.example}'
    return plan(
        "write",
        SAFE if wrong.meant else SHOW if mild else ASK,
        step,
        instead=drop,
        example=example,
    )


def _unnamed(reader: Reader, path: str, text: str) -> Answer:
    step = Settings("", path, text).put("model", WEIGHTS)
    fix = plan("name", ASK, step, path=path, weights=WEIGHTS) if step else None
    return unnamed(path, reader.table, reader.sure, fix)
