"""Where an argument stands in model.json. Pure."""

from __future__ import annotations

from triton_doctor.api import pointed, spot
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor_checks.engine.settings import Settings
from triton_doctor_checks.repository.json_places import members


def place(one: Checkpoint, file: Settings | None, argument: str) -> tuple[str, tuple[str, ...]]:
    """The value's place as `path:line:column` and the line itself; the file alone without it."""
    written = members(file.text) if file else ()
    member = next((each for each in reversed(written) if each.name == argument), None)
    if file is None or member is None:
        return one.path, ()
    line, column = spot(file.text, member.value_start)
    return f"{file.path}:{line}:{column}", pointed(file.text, line, column)
