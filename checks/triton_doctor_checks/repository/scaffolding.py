"""Plans that make what is missing of the guide's repository. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from triton_doctor.api import ASK, SAFE, Plan, plan, scaffold, scaffold_steps, write_new
from triton_doctor.probes.release import Release
from triton_doctor.probes.repository import ARGUMENTS, CONFIG

WEIGHTS = "google/gemma-2b"  # the guide's; the person writes another in its place
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def whole(path: str, models: Sequence[str], release: Release | None) -> Plan | None:
    """The guide's folder for the first model that is to be loaded.

    Asked for and not done by itself: the person may only be in the wrong folder.
    """
    if not models or not _NAME.fullmatch(models[0]):
        return None
    steps = scaffold_steps(path, models[0], WEIGHTS, release.vllm if release else None)
    return plan("scaffold", ASK, *steps, folder=f"{path}/{models[0]}", weights=WEIGHTS)


def config(path: str, release: Release | None) -> Plan:
    """The guide's config.pbtxt, where a model has none. path: where it is to be."""
    return plan("write", SAFE, write_new(path, _text(CONFIG, release)), path=path)


def arguments(path: str, release: Release | None) -> Plan:
    """The guide's model.json. It asks, since nothing says which weights are meant."""
    step = write_new(path, _text(ARGUMENTS, release))
    return plan("fill", ASK, step, path=path, weights=WEIGHTS)


def _text(name: str, release: Release | None) -> str:
    files = scaffold("", "", WEIGHTS, release.vllm if release else None)
    return next(text for path, text in files.items() if path.endswith(f"/{name}"))
