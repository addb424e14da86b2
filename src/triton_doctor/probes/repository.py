"""The model repository as it lies on this machine: folders, versions, and the small files' text."""

from __future__ import annotations

import json
import re
from typing import Any

from triton_doctor.host.protocol import Host
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.repository_files import Folder, TextFile, list_folder, read_text
from triton_doctor.record import Record

# Enough for any real repository, and soon done on a slow disk.
_REPOSITORY_LIMIT, _FOLDER_LIMIT = 2000, 200
_MODEL_LIMIT, _SUBFOLDER_LIMIT, _OTHER_LIMIT = 50, 32, 100

CONFIG, ARGUMENTS = "config.pbtxt", "model.json"
ALL_MODELS = "*"
# A decimal number without a leading zero; 0 itself counts.
_VERSION = re.compile(r"0|[1-9][0-9]*")


class Model(Record, frozen=True):
    """One model that is to be loaded. files: config.pbtxt and each VERSION/model.json, as text."""

    name: str
    folder: Folder
    folders: tuple[Folder, ...] = ()
    files: tuple[TextFile, ...] = ()

    @property
    def versions(self) -> tuple[int, ...]:
        """The version folders that Triton accepts, newest first."""
        names = [name for name in self.folder.names("folder") if _VERSION.fullmatch(name)]
        return tuple(sorted((int(name) for name in names), reverse=True))

    @property
    def config(self) -> TextFile | None:
        return self.file(CONFIG)

    def file(self, path: str) -> TextFile | None:
        """A file that was read, by its path within the model's folder."""
        return next((one for one in self.files if one.path == f"{self.name}/{path}"), None)

    def subfolder(self, name: str) -> Folder | None:
        return next((one for one in self.folders if one.path == f"{self.name}/{name}"), None)


class Other(Record, frozen=True):
    """A folder of the repository that is not to be loaded, seen from outside."""

    name: str
    has_config: bool
    has_version: bool


class Repository(Record, frozen=True):
    """given: as the deployment names it; path: absolute. models: those to be loaded that are there.

    cut: there were more models to load than were looked into. ignores_case: on this file system
    `Config.pbtxt` and `config.pbtxt` are one file.
    """

    given: str
    path: str
    folder: Folder
    models: tuple[Model, ...] = ()
    others: tuple[Other, ...] = ()
    cut: bool = False
    ignores_case: bool = False

    def model(self, name: str) -> Model | None:
        return next((model for model in self.models if model.name == name), None)


@probe("repository", doing="looking into the model repository")
def repository(ask: Asking) -> Repository:
    """The repository's folders, one level deep everywhere, three for the models to be loaded."""
    host, given = ask.host, ask.deployment.repository
    path = host.absolute(given)
    folder = list_folder(host, path, "", _REPOSITORY_LIMIT, ask.deployment.model)
    names = folder.names("folder")
    everything = ALL_MODELS in ask.deployment.model
    wanted = names if everything else [name for name in names if name in ask.deployment.model]
    rest = [name for name in names if name not in wanted]
    return Repository(
        given=given,
        path=path,
        folder=folder,
        models=tuple(_model(host, path, name) for name in wanted[:_MODEL_LIMIT]),
        others=tuple(_other(host, path, name) for name in rest[:_OTHER_LIMIT]),
        cut=len(wanted) > _MODEL_LIMIT or (everything and folder.left_out > 0),
        ignores_case=_ignores_case(host, path, folder),
    )


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


def _model(host: Host, root: str, name: str) -> Model:
    known = (CONFIG, ARGUMENTS, name)
    folder = list_folder(host, root, name, _FOLDER_LIMIT, known)
    inner = sorted(folder.names("folder"), key=_newest_first)[:_SUBFOLDER_LIMIT]
    folders = [list_folder(host, root, f"{name}/{sub}", _FOLDER_LIMIT, known) for sub in inner]
    files = [f"{name}/{CONFIG}"] if folder.find(CONFIG) else []
    files += [
        f"{sub.path}/{ARGUMENTS}"
        for sub in folders
        if sub.find(ARGUMENTS) and _VERSION.fullmatch(sub.path.rpartition("/")[2])
    ]
    return Model(name, folder, tuple(folders), tuple(read_text(host, root, one) for one in files))


def _newest_first(name: str) -> tuple[bool, int]:
    """Version folders by falling number, then the others."""
    return (False, -int(name)) if _VERSION.fullmatch(name) else (True, 0)


def _other(host: Host, root: str, name: str) -> Other:
    try:
        names = host.listdir(f"{root}/{name}")
    except OSError:
        names = []
    return Other(name, CONFIG in names, any(_VERSION.fullmatch(one) for one in names))


def _ignores_case(host: Host, root: str, folder: Folder) -> bool:
    """Whether a name is found in the other case too, though the folder does not list it so."""
    for entry in folder.entries:
        other = entry.name.swapcase()
        if other != entry.name and not folder.find(other):
            try:
                host.stat(f"{root}/{other}", follow=False)
            except OSError:
                return False
            return True
    return False
