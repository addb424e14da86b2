"""Which forms of a path cannot be mounted on which system, and what was probably meant."""

from __future__ import annotations

import re

_DRIVE = re.compile(r"^([A-Za-z]):[\\/](.*)$")
_MNT = re.compile(r"^/mnt/([a-z])(?:/(.*))?$")
_MSYS = re.compile(r"^/([a-z])/(.*)$")
_HERE = re.compile(r"\$\{?PWD\}?(?![A-Za-z_])|\$\(pwd\)|%cd%|`pwd`", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{|\$\(|\$[A-Za-z_]|%[A-Za-z_]+%|`")
_QUOTES = "'\"“”‘’„«»"
_TARGET = re.compile(r":(?:/.*|ro|rw|z|Z)$")


def fault(given: str, path: str, kind: str) -> tuple[str, str] | None:
    """The case of mount/bad-path and the path that was probably meant; None if the form is good.

    given: as the user wrote it; path: made absolute; kind: of the system, as in System.kind.
    """
    if given.strip(_QUOTES) != given:
        return "quotes", given.strip(_QUOTES)
    if _HERE.search(given) or _VARIABLE.search(given):
        here = path.removesuffix(given).rstrip("/\\") or "/"
        return "unexpanded", _HERE.sub(lambda _: here, given)
    if given.upper().endswith(";C"):
        return "msys", given[:-2]
    found = _for_windows(given) if kind == "windows" else _for_unix(given, kind)
    if found:
        return found
    if any(part != part.strip() for part in re.split(r"[/\\]", given)):
        return "blank", "/".join(part.strip() for part in given.split("/"))
    return None


def _for_windows(given: str) -> tuple[str, str] | None:
    """Windows' own programs know drives by letter; /mnt/c is WSL's name, /c that of Git Bash."""
    match = _MNT.match(given) or _MSYS.match(given)
    if not match:
        return None
    rest = (match[2] or "").replace("/", "\\")
    return "windows", f"{match[1].upper()}:\\{rest}"


def _for_unix(given: str, kind: str) -> tuple[str, str] | None:
    drive = _DRIVE.match(given)
    if drive and kind in ("wsl1", "wsl2"):
        rest = drive[2].replace("\\", "/")
        return "wsl", f"/mnt/{drive[1].lower()}/{rest}"
    if drive:
        return "drive", drive[2].replace("\\", "/").rpartition("/")[2] or "/"
    if _TARGET.search(given):
        return "colon", _TARGET.sub("", given)
    if given.startswith("~/") or "/~/" in given:
        return "tilde", given.rpartition("~/")[2]
    if "\\" in given:
        return "backslash", given.replace("\\", "/")
    return None
