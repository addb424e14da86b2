"""Where in a repository's files a finding lies, for formats that show it there. Pure."""

from __future__ import annotations

import ntpath
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from triton_doctor.model import Finding
from triton_doctor.record import Record

# What the checks write: `path:line:column`. An address such as `localhost:8000` has one number.
_PLACE = re.compile(r"(.+):(\d+):(\d+)", re.DOTALL)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


class Spot(Record, frozen=True):
    """A file or folder as the finding names it; line and column from 1, or 0 for the whole."""

    path: str
    line: int = 0
    column: int = 0


class Roots(Record, frozen=True):
    """cwd: where relative paths are meant from; top: the root of the repository, or cwd too."""

    cwd: str
    top: str

    def within(self, path: str) -> str | None:
        """The path from the root on, with slashes; None for one that lies elsewhere."""
        whole = self.whole(path)
        try:
            return whole.relative_to(type(whole)(self.top)).as_posix()
        except ValueError:
            return None

    def whole(self, path: str) -> PurePath:
        windows = bool(_DRIVE.match(self.top))
        kind: type[PurePath] = PureWindowsPath if windows else PurePosixPath
        norm = ntpath.normpath if windows else posixpath.normpath
        return kind(norm(str(kind(self.cwd) / path)))

    def uri(self, path: str) -> str:
        """Relative to the root; else the whole path as a file: URI."""
        inner = self.within(path)
        if inner is None:
            return self.whole(path).as_uri()
        return "./" if inner == "." else quote(inner, errors="surrogateescape")


def spot_of(finding: Finding, deployment: Mapping[str, Any]) -> Spot | None:
    """The file that is to blame; None where none is, as for a port or a GPU."""
    where = finding.where or ""
    match = _PLACE.fullmatch(where)
    if match and "://" not in where:
        return Spot(match[1], int(match[2]), int(match[3]))
    if where and any(_under(where, folder) for folder in _folders(deployment)):
        return Spot(where)
    return Spot(where) if where and where in _edited(finding) else None


def _folders(deployment: Mapping[str, Any]) -> Iterator[str]:
    yield str(deployment.get("repository") or "")
    yield from deployment.get("more_repositories") or ()


def _under(path: str, folder: str) -> bool:
    folder = folder.rstrip("/\\")
    return bool(folder) and (path == folder or path.startswith((f"{folder}/", f"{folder}\\")))


def _edited(finding: Finding) -> set[str]:
    steps = finding.fix.steps if finding.fix else ()
    return {step.edit.path for step in steps if step.edit}
