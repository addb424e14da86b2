r"""Paths of this machine as another shell on it writes them. Pure.

The forms that Docker takes are those of its documentation on bind mounts and of Git for Windows'
release notes: `C:\models` in PowerShell and cmd, `C:/models` in Git Bash, `/mnt/c/models` in WSL.
"""

from __future__ import annotations

import re
from typing import Literal

from triton_doctor.record import Record

Place = Literal["windows", "wsl", "posix"]
PLACES: dict[str, Place] = {"windows": "windows", "wsl1": "wsl", "wsl2": "wsl"}

_DRIVE = re.compile(r"([A-Za-z]):[\\/]+(.*)", re.DOTALL)
_MOUNTED = re.compile(r"/mnt/([a-z])(?:/+(.*))?", re.DOTALL)
_INSIDE_WSL = re.compile(r"[\\/]{2}(?:wsl\$|wsl\.localhost)[\\/][^\\/]+([\\/].*)?", re.IGNORECASE)


class Shaped(Record, frozen=True):
    """A path for a shell. trouble: why that shell may not reach it: in-wsl, network, elsewhere."""

    path: str
    trouble: str | None = None


def shaped(path: str, shell: str, place: Place) -> Shaped:
    """path: absolute, of the machine at `place`; shell: its name, or `compose`."""
    if place == "windows":
        return _from_windows(path, shell)
    windows = shell in ("powershell", "cmd", "git-bash")
    if place == "wsl" and windows:
        match = _MOUNTED.fullmatch(path)
        if match:
            return Shaped(_drive(match[1].upper(), match[2] or "", shell))
        return Shaped(path, "in-wsl")
    return Shaped(path, "elsewhere" if shell in ("cmd", "git-bash") else None)


def _from_windows(path: str, shell: str) -> Shaped:
    match = _DRIVE.fullmatch(path)
    if match:
        return Shaped(_drive(match[1], match[2], shell))
    if shell == "git-bash":
        return Shaped(path.replace("\\", "/"))
    if shell in ("bash", "fish"):
        inside = _INSIDE_WSL.fullmatch(path)
        if inside:
            return Shaped((inside[1] or "/").replace("\\", "/"))
        return Shaped(path, "network")
    return Shaped(path)


def _drive(letter: str, rest: str, shell: str) -> str:
    if shell in ("bash", "fish"):
        return f"/mnt/{letter.lower()}/{_slashes(rest)}".rstrip("/")
    if shell == "git-bash":
        return f"{letter}:/{_slashes(rest)}"
    return f"{letter}:\\" + rest.replace("/", "\\")


def _slashes(rest: str) -> str:
    return rest.replace("\\", "/")
