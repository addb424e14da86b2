"""One broken thing, its repair by the real program, and the state before, after and undone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun

MODEL = "model_repository/gemma"


@dataclass
class Scene:
    """A folder with the guide's repository in it, a home of its own, and the lab's engine.

    before: words of a command line that go before the doctor's own, as of `unshare`; later: what
    is to be done when it is over, the last first.
    """

    lab: Lab
    folder: Path
    options: list[str] = field(default_factory=list)
    env: dict[str, str | None] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)
    later: list[Callable[[], object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home.mkdir(exist_ok=True)
        self.env |= {"HOME": str(self.home), "XDG_STATE_HOME": str(self.folder.parent / "state")}

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def path(self, name: str) -> Path:
        """A file of the model, such as `config.pbtxt` or `1/model.json`."""
        return self.folder / MODEL / name

    def write(self, name: str, text: str | bytes) -> Path:
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        return place

    def arguments(self, **values: object) -> Path:
        """Writes model.json with the guide's settings and these."""
        settings = {"model": "google/gemma-2b", "gpu_memory_utilization": 0.9, **values}
        return self.write(f"{MODEL}/1/model.json", json.dumps(settings, indent=2) + "\n")

    def doctor(self, *args: str) -> DoctorRun:
        return self.command(*args, *self.options)

    def command(self, *args: str) -> DoctorRun:
        """A subcommand, such as `undo`."""
        return self.lab.doctor(*args, cwd=self.folder, env=self.env, before=self.before)

    def end(self) -> None:
        while self.later:
            self.later.pop()()

    def texts(self) -> dict[str, bytes]:
        """The bytes of every file below, by name."""
        return {
            str(place.relative_to(self.folder)): place.read_bytes()
            for place in sorted(self.folder.rglob("*"))
            if place.is_file()
        }

    def state(self) -> dict[str, str]:
        """Every file and folder below with mode, owner and hash, and every container."""
        seen = {}
        for place in sorted(self.folder.rglob("*")):
            status = place.lstat()
            kind = f"{status.st_mode:o} {status.st_uid}"
            if place.is_symlink():
                kind += f" > {place.readlink()}"
            elif place.is_file():
                kind += " " + hashlib.sha256(place.read_bytes()).hexdigest()
            seen[str(place.relative_to(self.folder))] = kind
        return seen | self._containers()

    def _containers(self) -> dict[str, str]:
        """One that its policy restarts again and again is `running` at one time or another."""
        every = self.lab.docker("ps", "-aq").stdout.split()
        shown = "{{.Name}} {{.State.Status}} {{.Config.Image}} {{.HostConfig.RestartPolicy}}"
        told = self.lab.docker("inspect", "-f", shown, *every).stdout if every else ""
        lines = told.replace(" restarting ", " running ").splitlines()
        return {f"container {line.split()[0]}": line for line in lines}


@dataclass(frozen=True)
class Repair:
    """How one problem is made, and what is to become of it.

    how: with which word it is applied; select: the areas that are looked at; undone: False where
    the repair cannot be taken back, and says so; result: what the doctor can say after it, and
    reason: words of why it cannot; keeps: lines of a text file that are there after it too.
    """

    problem: str
    name: str
    how: Literal["safe", "ask"]
    breaks: Callable[[Scene], object]
    select: str
    undone: bool = True
    result: Literal["fixed"] | None = "fixed"
    reason: str = ""
    keeps: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.problem}-{self.name}"


def attempts(run: DoctorRun, problem: str) -> list[Mapping[str, Any]]:
    """What was tried for a problem."""
    return [one for one in run.json["fixes"] if one["problem"] == problem]
