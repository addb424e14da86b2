"""Where the repository lies, as the reader would type it, and names that are almost right."""

from __future__ import annotations

from difflib import get_close_matches

from triton_doctor.api import Applicability, Plan, Record, move, plan
from triton_doctor.probes.release import Release
from triton_doctor.probes.repository import Model, Repository
from triton_doctor.probes.repository_files import Folder
from triton_doctor.probes.shell import Shell

# Below an indented command of a remedy, the next one.
NEXT = "\n    "


class Place(Record, frozen=True):
    """The repository and the shell in which its repairs are to be typed.

    root: a further repository, as it was given, where that is meant. release: of the image; None
    where it could not be looked up. visible: how many GPUs the container is given; None where that
    is all that there are. explicit: whether models are loaded by name;
    only: and just one of them.
    """

    repository: Repository
    shell: Shell
    root: str = ""
    release: Release | None = None
    visible: int | None = None
    explicit: bool = True
    only: bool = False

    def of(self, model: Model) -> Place:
        """The same for the repository that the model lies in."""
        return self.at(model.root) if model.root else self

    def at(self, root: str) -> Place:
        kept = (self.release, self.visible, self.explicit, self.only)
        return Place(self.repository, self.shell, root, *kept)

    def path(self, inner: str = "") -> str:
        """A path within the repository, as the deployment names it."""
        given = (self.root or self.repository.given).rstrip("/\\") or "/"
        return f"{given}/{inner}" if inner else given

    def move(self, source: str, target: str) -> str:
        return self.shell.move(self.path(source), self.path(target))

    def make(self, folder: str) -> str:
        return self.shell.make_folder(self.path(folder))

    def rename_plan(
        self,
        source: str,
        target: str,
        how: Applicability,
        instead: Plan | None = None,
        *,
        name: str = "rename",
    ) -> Plan:
        """A rename within the repository; name: of the plan."""
        step = move(self.path(source), self.path(target))
        return plan(name, how, step, instead=instead)

    def same_file(self, name: str, other: str) -> bool:
        """Whether this machine's file system takes the two for one."""
        return self.repository.ignores_case and name.lower() == other.lower()


def misnamed(folder: Folder, wanted: str) -> str | None:
    """A file that was very likely meant to be `wanted`, as config.pbtxt.txt and Config.pbtxt."""
    files = [name for name in folder.names("file") if name != wanted]
    stem = wanted.partition(".")[0]
    for name in files:
        lower = name.lower()
        if lower in (wanted, stem, f"{wanted}.txt", f"{wanted}.json", f"{stem}.txt"):
            return name
    near = get_close_matches(wanted, [name.lower() for name in files], n=1, cutoff=0.84)
    return next((name for name in files if near and name.lower() == near[0]), None)


def some(names: list[str], most: int = 5) -> str:
    """A list for a sentence, with the number of those left out: `a, b, c … (+4)`."""
    shown = ", ".join(names[:most]) or "–"
    return f"{shown} … (+{len(names) - most})" if len(names) > most else shown
