"""Where else a model repository may be, for somebody who stands in the wrong folder."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.host.protocol import Host
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.repository import CONFIG
from triton_doctor.probes.repository_files import printable
from triton_doctor.record import Record

_FOLDERS, _MODELS, _FOUND = 100, 30, 5


class Nearby(Record, frozen=True):
    """Folders that hold MODEL/config.pbtxt, the likeliest first.

    around: as paths to give to --repository; inside: the same, within the repository itself.
    """

    around: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()


@probe("repository-nearby", doing="looking for a model repository nearby", timeout=4.0)
def nearby(ask: Asking) -> Nearby:
    """Look in the repository, beside it, one level below and up to three levels above this folder.

    A probe of its own, so that a folder which does not answer costs only the hint.
    """
    host = ask.host
    path = host.absolute(ask.deployment.repository).replace("\\", "/").rstrip("/")
    here = host.cwd().replace("\\", "/")
    inside = [f"{path}/{name}" for name in _folders(host, path, _FOLDERS)]
    around = [place for place in _places(host, here, path) if place != path]
    return Nearby(_hits(ask, here, around), _hits(ask, here, inside))


def _hits(ask: Asking, here: str, places: list[str]) -> tuple[str, ...]:
    """Those that look like a repository, first of all the ones that hold a model asked for."""
    host = ask.host
    hits = [place for place in dict.fromkeys(places) if _looks_like_one(host, place)]
    wanted = [f"/{name}/{CONFIG}" for name in ask.deployment.model]
    hits.sort(key=lambda place: not any(_is_file(host, place + inner) for inner in wanted))
    return tuple(printable(_shorter(place, here)) for place in hits[:_FOUND])


def _places(host: Host, here: str, path: str) -> Iterator[str]:
    base, _, name = path.rpartition("/")
    yield here
    below = here
    for _level in range(3):
        above = below.rpartition("/")[0]
        if not above:
            break
        if _is_file(host, f"{below}/{CONFIG}"):  # we stand in a model, or in its version
            yield above
        yield f"{above}/{name}"
        below = above
    for top in dict.fromkeys((base or "/", here)):
        children = _folders(host, top, _FOLDERS)
        yield from (f"{top}/{child}" for child in children)
        yield from (f"{top}/{child}/{name}" for child in children)


def _looks_like_one(host: Host, place: str) -> bool:
    return any(
        _is_file(host, f"{place}/{name}/{CONFIG}") for name in _folders(host, place, _MODELS)
    )


def _folders(host: Host, place: str, limit: int) -> list[str]:
    try:
        names = host.listdir(place)
    except OSError:
        return []
    shown = [name for name in names if not name.startswith(".")][: 5 * limit]
    return [name for name in shown if _is_folder(host, f"{place}/{name}")][:limit]


def _is_folder(host: Host, path: str) -> bool:
    try:
        return host.stat(path).kind == "folder"
    except OSError:
        return False


def _is_file(host: Host, path: str) -> bool:
    try:
        return host.stat(path).kind == "file"
    except OSError:
        return False


def _shorter(place: str, here: str) -> str:
    """The path as somebody would type it in this folder: `x`, `.`, `..`, `../x`, `../../x`."""
    above = here
    for prefix in ("", "..", "../..", "../../.."):
        if place == above:
            return prefix or "."
        if above and place.startswith(f"{above}/"):
            rest = place[len(above) + 1 :]
            return f"{prefix}/{rest}" if prefix else rest
        above = above.rpartition("/")[0]
    return place
