"""Judges the names of models: those that the server cannot take, or cannot be asked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from triton_doctor.api import ASK, SHOW, Answer, Severity, found, plan, setting
from triton_doctor.probes.repository import Model
from triton_doctor_checks.repository.layout import bad
from triton_doctor_checks.repository.place import Place

# The Python backend starts its stub with `bash -c`, with the model's name bare at the end
# (stub_launcher.cc of triton-inference-server/python_backend), so bash takes these for its own.
_BASH = re.compile(r"[\s'\"()&;|`<>]|^#|\\$|^\$\w+$|\{[^{}]*,[^{}]*\}", re.ASCII)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_PATH = re.compile(r"/|^\.{1,2}$")


def name_of(place: Place, model: Model) -> Iterator[Answer]:
    """What is wrong with the name of a model that the Python or the vLLM backend serves."""
    name = model.name
    if _BASH.search(_QUOTED.sub("", name)):
        target = re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_") or "model"
        fix, repair = place.rename_plan(name, target, SHOW, name="name"), place.move(name, target)
        yield bad(place, name, "name", name, repair, fix=fix)
    elif not name.isascii():
        yield bad(place, name, "name-not-ascii", name, "", severity=Severity.WARNING)


def not_a_name(place: Place, name: str) -> Answer | None:
    """A path in the place of a model's name, as a shell completes it: `gemma/`."""
    if not _PATH.search(name):
        return None
    meant = [part for part in name.split("/") if part not in ("", ".", "..")]
    last = meant[-1] if meant else ""
    entry = place.repository.folder.find(last)
    plain = entry is not None and name.strip("./") == last and not name.startswith("/")
    repair = f"triton-doctor --model {place.shell.quote(last or 'gemma')}"
    values: dict[str, Any] = {"path": place.path(), "model": name, "there": last, "repair": repair}
    # Older servers load it, under a name with a slash that no request can reach.
    severity = Severity.WARNING if plain and last else None
    fix = plan("load", ASK, setting("model", [last]), there=last) if plain and place.only else None
    where = place.path()
    return found("not-found", case="name", where=where, severity=severity, fix=fix, **values)
