"""The tree of a config.pbtxt, parsed once for all who ask. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from triton_doctor.probes.repository import Model
from triton_doctor_checks.repository.config_rules.backends import (
    REAL,
    VLLM,
    inferred,
    meant_by,
    settled,
)
from triton_doctor_checks.repository.config_rules.versions_served import served_versions
from triton_doctor_checks.repository.text_format import Fault, Message, parse
from triton_doctor_checks.repository.text_schema import schema, version

_NAMED = re.compile(r"^[^#\n]*\b(?:backend|platform)\b[\s:=]*\W?(\w+)", re.MULTILINE)
_EMPTY = Message("ModelConfig", ())


def tree(text: str, triton: str | None) -> Message | Fault:
    """As `parse`; what this Triton did not know yet is looked for only where it may stand."""
    if triton and any(name in text for name in _later(triton)):
        return _parsed(text, triton)
    return _parsed(text, None)


def known_tree(model: Model) -> Message | Fault:
    """What the model's config.pbtxt says to the newest Triton; without one, nothing."""
    file = model.config
    if file is None or not file.text or file.encoding in ("utf-8-bom", "utf-16"):
        return _EMPTY
    return _parsed(file.text, None)


def is_vllm(model: Model) -> bool:
    """Whether the vLLM backend will serve it, as far as the file can be read."""
    said = known_tree(model)
    if isinstance(said, Message):
        now = settled(said, model)
        if now.backend in REAL or now.error:
            return now.backend == VLLM or bool(now.error)
        return meant_by(now.backend or now.platform) == VLLM
    text = model.config.text if model.config else ""
    named = _NAMED.search(text or "")
    return named[1].lower() == VLLM if named else not inferred(model)


def served(model: Model) -> tuple[int, ...]:
    """The versions that will be loaded, newest first; none where that cannot be told."""
    said = known_tree(model)
    if isinstance(said, Message):
        return served_versions(said, model.versions)
    return model.versions if len(model.versions) == 1 else ()


def served_by_text(text: str, versions: tuple[int, ...]) -> tuple[int, ...] | None:
    """Those of the versions that will be loaded; None where Triton cannot read the text."""
    said = _parsed(text, None)
    return served_versions(said, versions) if isinstance(said, Message) else None


@lru_cache(maxsize=4096)
def _parsed(text: str, triton: str | None) -> Message | Fault:
    return parse(text, triton)


@lru_cache(maxsize=8)
def _later(triton: str) -> tuple[str, ...]:
    """The fields that came after this Triton."""
    now = version(triton)
    fields = (one for message in schema().messages.values() for one in message.values())
    return tuple({one.name for one in fields if one.since and one.since[:2] > now[:2]})
