"""Plans for the names in model.json that vLLM does not take. Pure."""

from __future__ import annotations

import json
import re

from triton_doctor.api import ASK, SHOW, Applicability, Plan, Record, Step, plan, setting
from triton_doctor_checks.engine.table import OFFICIAL, Table
from triton_doctor_checks.repository.json_places import Member, replaced, without


class Scene(Record, frozen=True):
    """One model.json, and what is known of the vLLM that is to read it."""

    path: str
    text: str
    every: tuple[Member, ...]
    table: Table | None
    image: str = ""

    @property
    def official(self) -> bool:
        """Whether it is NVIDIA's own image, and nobody's that was made from it."""
        return self.image.startswith(OFFICIAL)

    def has(self, name: str) -> bool:
        return any(member.name == name for member in self.every)


def rename(scene: Scene, member: Member, meant: str, how: Applicability) -> Plan | None:
    """Another name before the same value; none where that name is there already."""
    if scene.has(meant):
        return None
    step = replaced(scene.path, scene.text, member.start, member.name_end, json.dumps(meant))
    return planned("rename", how, step, meant=meant)


def delete(scene: Scene, member: Member) -> Plan | None:
    """Only shown where it is not known which vLLM is to read it: that may know the name."""
    step = without(scene.path, scene.text, scene.every, member)
    return planned("delete", ASK if scene.table else SHOW, step)


def later(scene: Scene, member: Member, since: str, tag: str) -> Plan | None:
    """A later image, where NVIDIA's is used; else, and beside it, without the argument."""
    away = delete(scene, member)
    image = re.sub(r":[^:]+$", f":{tag}-vllm-python-py3", scene.image)
    if not (tag and scene.official and image != scene.image):
        return away
    return plan("image", ASK, setting("image", image), instead=away, image=image, since=since)


def planned(name: str, how: Applicability, *steps: Step | None, **values: str) -> Plan | None:
    """The plan of these steps; none where one could not be made."""
    made = [step for step in steps if step is not None]
    if not made or len(made) < len(steps):
        return None
    return plan(name, how, *made, costs=(), instead=None, **values)
