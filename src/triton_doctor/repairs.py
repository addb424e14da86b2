"""How a finding is repaired: plans as frozen records, and the acts they are made of. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Literal

from triton_doctor.record import Record


class Ordered(str, Enum):
    """A word on a scale: members compare by their place in the definition."""

    @property
    def rank(self) -> int:
        return list(type(self)).index(self)

    def at_least(self, other: Ordered) -> bool:
        return self.rank >= other.rank

    def __str__(self) -> str:
        return str(self.value)


class Applicability(Ordered):
    """How freely a fix may be carried out: never by us, after asking, or at once."""

    SHOW = "show"
    ASK = "ask"
    SAFE = "safe"


class Edit(Record, frozen=True):
    """A change of one text file: `old`, at line and column (both from 1), becomes `new`.

    Line 0: the file is not there yet, and `new` is all of it. encoding: how the file is written
    now; the changed file is UTF-8 without a mark, and all other characters stay as they are.
    """

    path: str
    line: int = 0
    column: int = 0
    old: str = ""
    new: str = ""
    encoding: str = "utf-8"


class Command(Record, frozen=True):
    """A program to be run. root: with the rights of root; back: the command that takes it back.

    Without `back` what it does cannot be undone by us, and the person is told so before. keeps: a
    command whose output is kept in the journal first, such as the log of what is to be removed.
    """

    argv: tuple[str, ...]
    root: bool = False
    back: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()


class Move(Record, frozen=True):
    """A file or folder gets another name; never over something that is there."""

    source: str
    target: str

    @property
    def argv(self) -> tuple[str, ...]:
        return ("mv", self.source, self.target)


class MakeFolder(Record, frozen=True):
    """A folder is made, and those above it that are missing."""

    path: str

    @property
    def argv(self) -> tuple[str, ...]:
        return ("mkdir", "-p", self.path)


class Mode(Record, frozen=True):
    """Everybody may read a folder and all in it: bits are added to each, none is taken away."""

    path: str

    @property
    def argv(self) -> tuple[str, ...]:
        return ("chmod", "-R", "a+rX", self.path)


class Setting(Record, frozen=True):
    """A key of the deployment gets a value, in the settings file in use or in a new one."""

    key: str
    value: str | int | tuple[str, ...]


class AskToken(Record, frozen=True):
    """A token of the Hub is asked for without echo, and kept in this file, for its owner alone."""

    path: str


Act = Command | Edit | Move | MakeFolder | Mode | Setting | AskToken
Cost = Literal["download", "restart", "stops", "deletes", "login", "reboot", "minutes"]


class Step(Record, frozen=True):
    """One act of a fix. show: as it would be typed, or the lines before and after."""

    show: str
    act: Act

    @property
    def argv(self) -> tuple[str, ...]:
        """The act as a command, empty where it is none: what changes a file's text."""
        return self.act.argv if isinstance(self.act, Command | Move | MakeFolder | Mode) else ()

    @property
    def root(self) -> bool:
        return isinstance(self.act, Command) and self.act.root

    @property
    def edit(self) -> Edit | None:
        return self.act if isinstance(self.act, Edit) else None


class Fix(Record, frozen=True):
    """What would repair one finding: a plan, not an act.

    costs: what it takes besides the time; instead: another way to the same end.
    """

    title: str
    applicability: Applicability
    steps: tuple[Step, ...]
    costs: tuple[Cost, ...] = ()
    instead: Fix | None = None


class Plan(Record, frozen=True):
    """A fix as the check plans it; its title is looked up under `name` in the catalogue."""

    name: str
    applicability: Applicability
    steps: tuple[Step, ...]
    values: Mapping[str, object] = {}
    costs: tuple[Cost, ...] = ()
    instead: Plan | None = None
