"""Where the acts of a fix would land: links, owners, what is there already and what is not."""

from __future__ import annotations

import ntpath
import posixpath
from typing import Any

from triton_doctor.fixing.changes import Modes, OldMode
from triton_doctor.fixing.trouble import from_os, trouble
from triton_doctor.host.protocol import FileStat, Host
from triton_doctor.record import Record

_LIMIT = 16 << 20  # bytes of a file that is edited; a larger one is no settings file


def parent(path: str) -> str:
    return str(_paths(path).dirname(path))


def _paths(path: str) -> Any:
    return posixpath if path.startswith("/") else ntpath


def below(folder: str, name: str) -> str:
    return str(_paths(folder).join(folder, name))


def inside(path: str, folder: str) -> bool:
    """Whether a path is the folder or below it; both absolute."""
    sep = "/" if folder.startswith("/") else "\\"
    return path == folder or path.startswith(folder.rstrip(sep) + sep)


class Spot(Record, frozen=True):
    """A file to be changed: with links resolved, and the link's name; data None: not there."""

    path: str
    named: str = ""
    data: bytes | None = None
    mode: int | None = None


class Places:
    """The machine as it will be after the acts taken so far. Raises FixTrouble."""

    def __init__(self, host: Host, within: tuple[str, ...]) -> None:
        self.host = host
        self.roots = [self._real(host.absolute(path)) for path in within]
        self.made: set[str] = set()
        self.moved: dict[str, str] = {}  # by new name

    def file(self, path: str) -> Spot:
        origin = self._origin(path)
        try:
            seen = self.host.stat(origin, follow=False)
        except FileNotFoundError:
            return self._new_file(path)
        except OSError as error:
            raise from_os(error, path) from None
        real = self._behind(origin) if origin == path else origin
        if real != origin:
            seen = self._stat(real)
        self._fit(real, seen)
        named = path if seen is not None and real != origin else ""
        shown = path if origin != path else real
        return Spot(shown, named, self._data(real), seen.mode)

    def allow(self, folder: str) -> None:
        """Wherever this folder really is, files in it may be changed."""
        self.roots.append(self._real(folder))

    def _new_file(self, path: str) -> Spot:
        self._ground(path)
        folder = parent(path)
        if folder not in self.made and self._origin(folder) == folder:
            self._behind(folder)
        return Spot(path)

    def make(self, path: str) -> tuple[str, ...]:
        """The folders that are missing on the way, outermost first."""
        missing: list[str] = []
        while path not in self.made:
            try:
                kind = self.host.stat(path).kind
            except FileNotFoundError:
                missing.append(path)
                if parent(path) == path:
                    break
                path = parent(path)
                continue
            except OSError as error:
                raise from_os(error, path) from None
            if kind != "folder":
                raise trouble("not-a-folder", path)
            break
        self.made.update(missing)
        return tuple(reversed(missing))

    def move(self, source: str, target: str) -> None:
        try:
            self.host.stat(self._origin(source), follow=False)
        except OSError as error:
            raise from_os(error, source) from None
        if target in self.made or self._taken(source, target):
            raise trouble("there", target)
        self._ground(target)
        self.moved[target] = self._origin(source)

    def readable(self, path: str) -> Modes:
        """Bits that `chmod -R a+rX` would add; links below the path are left alone."""
        items: list[OldMode] = []
        waiting = [self._real(path)]
        while waiting:
            one = waiting.pop()
            seen = self._stat(one, follow=False)
            enters = seen.kind == "folder" or seen.mode & 0o111
            wanted = seen.mode | (0o555 if enters else 0o444)
            if seen.kind in ("file", "folder") and wanted != seen.mode:
                self._ours(one, seen)
                items.append(OldMode(one, seen.mode, wanted))
            if seen.kind == "folder":
                waiting += [below(one, named.name) for named in self._scan(one)]
        return Modes(path, tuple(items))

    def _scan(self, path: str) -> list[Any]:
        try:
            return list(self.host.scan(path))
        except OSError as error:
            raise from_os(error, path) from None

    def _stat(self, path: str, follow: bool = True) -> FileStat:
        try:
            return self.host.stat(path, follow=follow)
        except OSError as error:
            raise from_os(error, path) from None

    def _taken(self, source: str, target: str) -> bool:
        """Whether the name is another's: where case does not count, it may be the file's own."""
        try:
            self.host.stat(target, follow=False)
        except OSError:
            return False
        if source.lower() != target.lower():
            return True
        return target in (below(parent(target), one.name) for one in self._scan(parent(target)))

    def _ground(self, path: str) -> None:
        """The folder in which something new will be."""
        folder = parent(path)
        if folder not in self.made and self._stat(self._origin(folder)).kind != "folder":
            raise trouble("not-a-folder", folder)

    def _origin(self, path: str) -> str:
        """Where that is now which will be at `path` then."""
        for target, source in self.moved.items():
            if inside(path, target):
                return source + path[len(target) :]
        return path

    def _real(self, path: str) -> str:
        try:
            return self.host.real(path)
        except OSError:
            return path

    def _behind(self, path: str) -> str:
        """The file itself. A link, also one on the way, may lead within the deployment only."""
        try:
            real = self.host.real(path)
        except OSError:
            raise trouble("dangling", path, target=self._target(path)) from None
        if real == path or any(inside(real, root) for root in self.roots):
            return real
        raise trouble("link", path, target=real)

    def _target(self, path: str) -> str:
        try:
            return self.host.link(path)
        except OSError:
            return path

    def _fit(self, path: str, seen: FileStat) -> None:
        if seen.kind != "file":
            raise trouble("not-a-file", path)
        if seen.names > 1:
            raise trouble("hard-link", path, count=seen.names)
        if seen.size > _LIMIT:
            raise trouble("failed", path, error="it is too large for a settings file")
        self._ours(path, seen)

    def _ours(self, path: str, seen: FileStat) -> None:
        if self.host.uid() not in (0, None, seen.uid):
            raise trouble("owner", path, owner=_name(seen.uid))

    def _data(self, path: str) -> bytes:
        try:
            return self.host.read(path, _LIMIT)
        except OSError as error:
            raise from_os(error, path) from None


def _name(uid: int) -> str:
    """A user's name where the system knows it."""
    try:
        import pwd

        return pwd.getpwuid(uid).pw_name
    except (ImportError, KeyError):
        return f"uid {uid}"
