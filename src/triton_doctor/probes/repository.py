"""The model repository as it lies on this machine: folders, versions, and the small files' text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triton_doctor.host.protocol import Host
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.repository_files import Folder, list_folder
from triton_doctor.probes.repository_model import (
    ADAPTERS,
    ARGUMENTS,
    CONFIG,
    Model,
    Target,
    engine_arguments,
    version_number,
)
from triton_doctor.probes.repository_reading import read_model
from triton_doctor.record import Record

__all__ = [
    "ADAPTERS", "ALL_MODELS", "ARGUMENTS", "CONFIG", "Further", "Model", "Other", "Repository",
    "Target", "engine_arguments", "repository", "version_number",
]  # fmt: skip

ALL_MODELS = "*"
WITHIN = "/models"  # where the container has the first repository; /models2 is the next

# Enough for any real repository, and soon done on a slow disk.
_REPOSITORY_LIMIT, _MODEL_LIMIT, _OTHER_LIMIT = 5000, 2000, 1000
_BYTES_LIMIT = 8 << 20  # of text, since secrets are looked for in all of it


class Other(Record, frozen=True):
    """A folder of the repository that is not to be loaded, seen from outside."""

    name: str
    has_config: bool
    has_version: bool


class Further(Record, frozen=True):
    """A further repository. given: as the deployment has it; path: absolute; folder: its names."""

    given: str
    path: str
    folder: Folder


class Repository(Record, frozen=True):
    """given: as the deployment names it; path: absolute. models: those to be loaded that are there.

    cut: there were more models to load than were looked into. ignores_case: on this file system
    `Config.pbtxt` and `config.pbtxt` are one file. more: the repositories beside it; their models
    are among `models`, each with its root.
    """

    given: str
    path: str
    folder: Folder
    models: tuple[Model, ...] = ()
    others: tuple[Other, ...] = ()
    cut: bool = False
    ignores_case: bool = False
    more: tuple[Further, ...] = ()

    @property
    def roots(self) -> tuple[Further, ...]:
        """All repositories, this one first."""
        return (Further(self.given, self.path, self.folder), *self.more)

    @property
    def mounts(self) -> dict[str, str]:
        """The repositories' folders on this machine, by where the container has them."""
        return _mounts(self.roots)

    def model(self, name: str) -> Model | None:
        return next((model for model in self.models if model.name == name), None)


@probe("repository", doing="looking into the model repository", timeout=8.0)
def repository(ask: Asking) -> Repository:
    """The repository's folders, one level deep everywhere, three for the models to be loaded."""
    host, plan = ask.host, ask.deployment
    first, *more = [_look(ask, given) for given in (plan.repository, *plan.more_repositories)]
    names = first.folder.names("folder")
    loaded = set(names) if plan.loads_all else set(plan.model)
    rest = [name for name in names if name not in loaded]
    models, cut = _models(ask, [first, *more])
    return Repository(
        given=first.given,
        path=first.path,
        folder=first.folder,
        models=models,
        others=tuple(_other(host, first.path, name) for name in rest[:_OTHER_LIMIT]),
        cut=cut,
        ignores_case=_ignores_case(host, first.path, first.folder),
        more=tuple(more),
    )


def _look(ask: Asking, given: str) -> Further:
    path = ask.host.absolute(given)
    folder = list_folder(ask.host, path, "", _REPOSITORY_LIMIT, frozenset(ask.deployment.model))
    return Further(given, path, folder)


def _models(ask: Asking, roots: list[Further]) -> tuple[tuple[Model, ...], bool]:
    """The models to be loaded, and whether there are more than were read."""
    mounts = _mounts(roots)
    models: dict[str, Model] = {}
    taken = 0
    for root, name in _wanted(ask, roots):
        if name in models:
            continue
        if len(models) == _MODEL_LIMIT or taken > _BYTES_LIMIT:
            return tuple(models.values()), True
        given = "" if root is roots[0] else root.given
        models[name] = model = read_model(ask.host, root.path, name, mounts, given)
        taken += sum(len(file.text or "") for file in model.files)
    return tuple(models.values()), ask.deployment.loads_all and any(
        root.folder.left_out for root in roots
    )


def _mounts(roots: Sequence[Further]) -> dict[str, str]:
    return {f"{WITHIN}{place + 1 if place else ''}": one.path for place, one in enumerate(roots)}


def _wanted(ask: Asking, roots: list[Further]) -> Iterator[tuple[Further, str]]:
    plan = ask.deployment
    for root in roots:
        for name in root.folder.names("folder"):
            if plan.loads_all or name in plan.model:
                yield root, name


def _other(host: Host, root: str, name: str) -> Other:
    try:
        names = host.listdir(f"{root}/{name}")
    except OSError:
        names = []
    return Other(name, CONFIG in names, any(version_number(one) is not None for one in names))


def _ignores_case(host: Host, root: str, folder: Folder) -> bool:
    """Whether a name is found in the other case too, though the folder does not list it so."""
    known = {entry.name for entry in folder.entries}
    for entry in folder.entries:
        other = entry.name.swapcase()
        if other not in known:
            try:
                host.stat(f"{root}/{other}", follow=False)
            except OSError:
                return False
            return True
    return False
