"""What was seen of one model of the repository, and how Triton reads its folders' names. Pure."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from triton_doctor.probes.repository_files import EntryKind, Folder, TextFile
from triton_doctor.record import Record

CONFIG, ARGUMENTS, ADAPTERS = "config.pbtxt", "model.json", "multi_lora.json"

LARGEST = 2**63 - 1  # a version is an int64
# std::stoll takes blanks and a sign in front, and leaves what follows the digits.
_LIKE_STOLL = re.compile(r"[ \t\n\v\f\r]*([+-]?[0-9]+)")
_PLAIN = re.compile(r"0|[1-9][0-9]*")


def version_number(name: str) -> int | None:
    """The number that Triton takes from the name of a folder in a model; None where it skips it.

    As `VersionsToLoad` of triton-inference-server/core does it: a leading zero is skipped, and of
    the rest std::stoll takes the digits at the beginning, so that `2_old` and `2.b` are version 2.
    """
    if len(name) > 1 and name[0] == "0":
        return None
    hit = _LIKE_STOLL.match(name)
    return int(hit[1]) if hit else None


class Target(Record, frozen=True):
    """A path of the container that model.json or multi_lora.json names, below a mounted repository.

    path: as it is written; kind: what it is (`missing`: nothing there; `outside`: a link on the way
    leads out of the mount, where the container cannot follow); has_config: it holds config.json.
    """

    path: str
    kind: EntryKind | Literal["missing", "outside"]
    has_config: bool = False


class Model(Record, frozen=True):
    """One model that is to be loaded.

    files: config.pbtxt and each VERSION/model.json and VERSION/multi_lora.json, as text. targets:
    the paths below /models (or /models2, ...) that they name. root: the further repository that the
    model lies in, as it was given; empty for the first one.
    """

    name: str
    folder: Folder
    folders: tuple[Folder, ...] = ()
    files: tuple[TextFile, ...] = ()
    targets: tuple[Target, ...] = ()
    root: str = ""

    @property
    def versions(self) -> tuple[int, ...]:
        """The version folders that Triton can load from, newest first."""
        names = [name for name in self.folder.names("folder") if _PLAIN.fullmatch(name)]
        numbers = sorted((int(name) for name in names), reverse=True)
        return tuple(number for number in numbers if number <= LARGEST)

    @property
    def numbers(self) -> dict[int, str]:
        """The versions that Triton takes the folders for, newest first, and by which name.

        One may have no folder of its own name: Triton then loads from a folder that is not there.
        """
        names = self.folder.names("folder")
        taken = [(version_number(name), name) for name in names]
        known = {number: name for number, name in taken if number is not None}
        known.update((int(name), name) for name in names if _PLAIN.fullmatch(name))
        return dict(sorted(known.items(), reverse=True))

    @property
    def config(self) -> TextFile | None:
        return self.file(CONFIG)

    def file(self, path: str) -> TextFile | None:
        """A file that was read, by its path within the model's folder."""
        return next((one for one in self.files if one.path == f"{self.name}/{path}"), None)

    def subfolder(self, name: str) -> Folder | None:
        return next((one for one in self.folders if one.path == f"{self.name}/{name}"), None)

    def target(self, path: str) -> Target | None:
        """What was seen of a path that the settings name."""
        return next((one for one in self.targets if one.path == path), None)


def engine_arguments(model: Model) -> dict[str, Any] | None:
    """What model.json of the newest version hands to vLLM; None where it cannot be read as JSON."""
    if not model.versions:
        return None
    file = model.file(f"{model.versions[0]}/{ARGUMENTS}")
    if file is None or file.text is None:
        return None
    try:
        arguments = json.loads(file.text)
    except (ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None
