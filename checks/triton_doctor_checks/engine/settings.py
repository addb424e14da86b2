"""The one model.json that a repair is about, and changes of single arguments in it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from triton_doctor.api import Context, Found, Record, Step
from triton_doctor.probes.launched import launches
from triton_doctor.probes.repository import Model, Repository, repository
from triton_doctor_checks.repository.arguments import served_files
from triton_doctor_checks.repository.config import is_vllm
from triton_doctor_checks.repository.json_fault import fault
from triton_doctor_checks.repository.json_places import Member, members, replaced, without


class Settings(Record, frozen=True):
    """A model.json that can be read. path: as the deployment names it; text: what stands in it;
    modified: epoch s, 0 = not known."""

    model: str
    path: str
    text: str
    modified: float = 0.0

    def value(self, name: str) -> Any:
        """The value of an argument; None where it is not set."""
        return json.loads(self.text).get(name)

    def put(self, name: str, value: Any) -> Step | None:
        """A step that gives an argument this value: in its place, else as a new last member."""
        steps = self.put_all({name: value})
        return steps[0] if steps else None

    def put_all(self, values: Mapping[str, Any]) -> tuple[Step, ...]:
        """Steps that give arguments these values; those that are new are one step together."""
        every, steps, new = members(self.text), list[Step | None](), list[str]()
        for name, value in values.items():
            member, written = self._member(every, name), json.dumps(value)
            if member is None:
                new.append(f'"{name}": {written}')
            else:
                start, end = member.value_start, member.end
                steps.append(replaced(self.path, self.text, start, end, written))
        if new:
            steps.append(self._added(every, new))
        return tuple(step for step in steps if step is not None)

    def _added(self, every: tuple[Member, ...], new: list[str]) -> Step | None:
        if not every:
            inner = self.text.index("{") + 1
            return replaced(self.path, self.text, inner, inner, ", ".join(new))
        last = every[-1]
        between = ", "
        if len(every) > 1:  # as the file's own members are set apart
            between = self.text[every[-2].end : last.start]
        elif "\n" in self.text[: last.start]:
            line = self.text[: last.start].rpartition("\n")[2]
            between = f",\n{line}"
        text = "".join(f"{between}{one}" for one in new)
        return replaced(self.path, self.text, last.end, last.end, text)

    def drop(self, name: str) -> Step | None:
        """A step that takes an argument out; None where it is not there."""
        every = members(self.text)
        member = self._member(every, name)
        return without(self.path, self.text, every, member) if member else None

    def _member(self, every: tuple[Member, ...], name: str) -> Member | None:
        return next((one for one in reversed(every) if one.name == name), None)


def settings_of_run(context: Context, seen: Found) -> Settings | None:
    """Those with which the container ran whose log showed this.

    None where that is not clear, or where they were changed since: then the log says nothing of
    them as they are now, and what it led to is not done a second time.
    """
    file = settings(context.fact(repository), str(seen.values.get("model", "")))
    if file is None:
        return None
    runs = [one for one in context.fact(launches).containers if one.name == seen.where]
    return None if runs and file.modified > runs[0].started else file


def settings(seen: Repository, model: str = "") -> Settings | None:
    """Those of the model so named, or that names these weights; without a name of the only one.

    None where that is not clear. Only models for vLLM have such settings.
    """
    read = [_read(seen, one) for one in seen.models]
    found = [one for one in read if one is not None]
    if model:
        named = [one for one in found if one.model == model]
        found = named or [one for one in found if one.value("model") == model]
    return found[0] if len(found) == 1 else None


def _read(seen: Repository, model: Model) -> Settings | None:
    files = served_files(model) if is_vllm(model) else ()
    given = (model.root or seen.given).rstrip("/\\")
    readable = [one for one in files if one.text is not None and fault(one) is None]
    if len(readable) != 1:
        return None
    file = readable[0]
    return Settings(model.name, f"{given}/{file.path}", file.text or "", file.modified)
