"""Judges -v and --mount: the form of each path for the shell it is typed in, and what it leads to.

Which forms work where: Docker's documentation on bind mounts, and Git for Windows' release notes
on the rewriting of arguments that begin with a slash.
"""

from __future__ import annotations

import re

from triton_doctor.api import Answers, Context, Found, Severity
from triton_doctor.probes.given_command import Given, Mount, given_sources
from triton_doctor.probes.system import system
from triton_doctor_checks.command.mounted import DOWNLOADS
from triton_doctor_checks.command.places import Change, at, start_of

_PATH, _BAD, _FILE = "mount/bad-path", "docker/bad-command", "mount/not-a-directory"
_DRIVE = re.compile(r"(?<![\w./\\-])([A-Za-z]):[\\/]([^:,'\"\s]*)")
_WSL = re.compile(r"/mnt/([a-z])(?:/(.*))?")
_HERE = re.compile(r"\$\{?PWD\}?|\$\(pwd\)|`pwd`|%cd%", re.IGNORECASE)
_OTHERS = {
    "powershell": re.compile(r"%cd%|%\w+%", re.IGNORECASE),
    "cmd": re.compile(r"\$\{?PWD\}?|\$\(pwd\)|\$\{?HOME\}?|\$env:\w+", re.IGNORECASE),
}
_OF_BASH = re.compile(r"%cd%|%\w+%|\$\{?env:\w+|\$\{?PWD\}?|\$\(pwd\)|\$\{?HOME\}?", re.IGNORECASE)
_FOLDER = {"powershell": "${PWD}", "cmd": "%cd%"}
_QUOTES = "'\"\u201c\u201d\u2018\u2019"
_OFF = "MSYS_NO_PATHCONV"


def mounts(context: Context, given: Given, served: Mount | None) -> Answers:
    """served: the mount of the model repository."""
    kinds = {one.path: one.kind for one in context.fact(given_sources)}
    for mount in given.mounts:
        kind = kinds.get(mount.source, "unknown")
        answer = _form(given, mount) or _path(context, given, mount)
        if answer is None and mount is served:
            answer = _volume(given, mount, there=kind == "folder")
        if answer:
            yield answer
        # A path that newer clients take as it is may lead nowhere all the same.
        if given.own is None and (answer is None or answer.case == "dot"):
            yield from _looked_at(given, mount, kind, served=mount is served)
    if given.shell == "git-bash" and given.source != "compose" and _OFF not in given.text:
        yield from _rewritten(given)


def _looked_at(given: Given, mount: Mount, kind: str, *, served: bool) -> Answers:
    """kind: of what lies at the source."""
    if served and kind == "file":
        yield at(given, mount.source_start, _FILE, case="in-command", path=mount.source)
    missing = mount.kind == "bind" and kind == "missing"
    answer = _missing(given, mount, served=served) if missing else None
    if answer:
        yield answer


def _form(given: Given, mount: Mount) -> Found | None:
    """What docker itself refuses."""
    written = given.text[mount.start : mount.end]
    if _drive(given, mount):
        return None
    if not mount.target:
        if mount.form != "--mount" or written.endswith(","):  # the rest is told, as stray words
            return None
        error = f'invalid argument for "--mount" flag: target is required ({written})'
        return at(given, mount.start, _BAD, case="value", error=error)
    if mount.bad and mount.form == "--mount":
        error = f"invalid argument for \"--mount\" flag: unexpected key '{mount.bad[0]}'"
        return at(given, mount.start, _BAD, case="value", error=error)
    if mount.bad:
        return at(given, mount.start, _BAD, case="value", error=f"invalid mode: {mount.bad[0]}")
    if not re.match(r"[/\\$%~]|[A-Za-z]:[\\/]", mount.target) and not mount.unset:
        better = f"/{mount.target.removeprefix('./')}"
        change = _target(given, mount, better)
        return at(
            given, mount.start, _PATH, *change, case="target", path=mount.target, better=better
        )
    if mount.kind == "volume" and mount.form == "--mount" and mount.source.startswith("/"):
        change = _replaced(given, mount, mount.source, f"type=bind,source={mount.source}")
        change = tuple(_whole_key(given, one) for one in change)
        better = "type=bind"
        return at(
            given, mount.start, _PATH, *change, case="no-type", path=mount.source, better=better
        )
    return None


def _target(given: Given, mount: Mount, better: str) -> tuple[Change, ...]:
    """The path in the container, which stands behind its source."""
    written = re.compile(
        rf"(?:(?:target|dst|destination)=|:){re.escape(mount.target)}(?=[:,'\"]|$)"
    )
    hit = written.search(given.text[: mount.end], mount.start)
    if hit is None or given.source == "compose":
        return ()
    return (Change(hit.end() - len(mount.target), hit.end(), better),)


def _volume(given: Given, mount: Mount, *, there: bool) -> Found | None:
    """A folder's name that is taken for a volume's. there: such a folder is here.

    Where the volume was asked for by its type, or is declared, it is meant.
    """
    if mount.kind != "volume" or not mount.source or mount.form not in ("-v", "compose"):
        return None
    better = f"{_here(given)}/{mount.source}"
    change = _whole(given, mount, mount.source, better)
    return at(
        given,
        mount.source_start,
        _PATH,
        *change,
        case="volume-compose" if given.source == "compose" else "volume",
        severity=None if there else Severity.WARNING,
        path=mount.source,
        better=better,
    )


def _whole_key(given: Given, change: Change) -> Change:
    """The key `source=` or `src=` is part of what is written anew."""
    head = given.text[: change.start]
    for key in ("source=", "src="):
        if head.endswith(key):
            return Change(change.start - len(key), change.end, change.new)
    return change


def _here(given: Given) -> str:
    return "." if given.source == "compose" else _FOLDER.get(given.shell, "$PWD")


def _replaced(given: Given, mount: Mount, old: str, new: str) -> tuple[Change, ...]:
    place = given.text.find(old, mount.start, mount.end)
    if place < 0 or given.source == "compose":
        return ()
    return (Change(place, place + len(old), new),)


def _whole(given: Given, mount: Mount, old: str, new: str) -> tuple[Change, ...]:
    """A path that begins with this folder, which may have a blank in its name."""
    changes = _replaced(given, mount, old, new)
    folder = changes and _folder(given, mount, changes[0].start)
    if not folder:
        return ()
    return (changes[0]._replace(new=folder + new.removeprefix(_here(given))),)


def _folder(given: Given, mount: Mount, place: int) -> str:
    """This folder as it is written there; empty where no variable is read."""
    before, folder = given.text[mount.start : place], _here(given)
    if given.shell == "powershell":  # it makes one word of a value, whatever is in it
        return folder
    if given.shell != "cmd" and before.count("'") % 2:
        return ""
    return folder if before.count('"') % 2 else f'"{folder}"'


def _drive(given: Given, mount: Mount) -> re.Match[str] | None:
    """A drive of Windows as it is written; an unquoted backslash is gone from the read word."""
    if given.shell in ("powershell", "cmd") or mount.kind == "tmpfs":
        return None
    hit = _DRIVE.search(given.text, mount.start, mount.end)
    if hit and given.shell == "git-bash" and "\\" not in hit[0]:
        return None
    return hit


def _path(context: Context, given: Given, mount: Mount) -> Found | None:
    drive = _drive(given, mount)
    if drive:
        return _windows(context, given, drive)
    source = mount.source
    raw = given.text[mount.start : mount.end]
    foreign = _OTHERS.get(given.shell, _OF_BASH).search(source)
    if foreign and not (foreign[0].startswith("$") and _is_read(mount, foreign[0])):
        return _unexpanded(given, mount, foreign[0])
    if source and (source[0] in _QUOTES or source[-1] in _QUOTES):
        bare = source.strip(_QUOTES)
        return at(given, mount.source_start, _PATH, case="quotes", path=source, better=bare)
    wsl = _WSL.fullmatch(source)
    through_wsl = any(one.text.startswith("wsl") for one in given.before)
    if wsl and given.shell in ("powershell", "cmd") and not through_wsl:
        better = f"{wsl[1].upper()}:\\" + (wsl[2] or "").replace("/", "\\")
        change = _replaced(given, mount, source, better)
        return at(
            given, mount.source_start, _PATH, *change, case="windows", path=source, better=better
        )
    if source.startswith("~") and given.source != "compose":
        home = "%USERPROFILE%" if given.shell == "cmd" else "$HOME"
        single = "'" in raw and given.shell != "cmd"
        change = () if single else _replaced(given, mount, "~", home)
        return at(
            given, mount.source_start, _PATH, *change, case="tilde", path=source, better=source[2:]
        )
    return _relative(given, mount)


def _is_read(mount: Mount, writing: str) -> bool:
    """Whether a variable that stands in the read word was known as one, and only has no value."""
    return any(name in writing for name in mount.unset)


def _windows(context: Context, given: Given, drive: re.Match[str]) -> Found:
    """`C:\\…` in a shell that is not Windows' own."""
    rest = drive[2].replace("\\", "/")
    linux = context.fact(system).kind in ("linux", "macos") and given.shell != "git-bash"
    if linux and given.own is None:
        case, better = "drive-given", rest.rpartition("/")[2] or "/"
        change: tuple[Change, ...] = ()
    elif given.shell == "git-bash":
        case, better = "git-bash", f"{drive[1]}:/{rest}"
        change = (Change(drive.start(), drive.end(), better),)
    else:
        case, better = "wsl", f"/mnt/{drive[1].lower()}/{rest}"
        change = (Change(drive.start(), drive.end(), better),)
    change = () if given.source == "compose" else change
    return at(given, drive.start(), _PATH, *change, case=case, path=drive[0], better=better)


def _unexpanded(given: Given, mount: Mount, writing: str) -> Found:
    better = _HERE.sub(lambda _: _here(given), mount.source)
    change: tuple[Change, ...] = ()
    place = given.text.find(writing, mount.start, mount.end)
    folder = _folder(given, mount, place) if _HERE.fullmatch(writing) and place >= 0 else ""
    if folder:
        change = (Change(place, place + len(writing), folder),)
    case = "unexpanded"
    return at(
        given, max(place, mount.start), _PATH, *change, case=case, path=mount.source, better=better
    )


def _relative(given: Given, mount: Mount) -> Found | None:
    """A whole path is wanted. One that begins with a dot is made whole by newer clients.

    Tried with Docker 20.10.24, which refuses all, 26.1.5, which takes `./`, and 28.2.2, which takes
    `../` too.
    """
    source = mount.source
    whole = source.startswith(("/", "\\\\", "$", "%", "~")) or bool(
        re.match(r"[A-Za-z]:[\\/]", source)
    )
    if mount.kind != "bind" or not source or whole or mount.unset or given.source == "compose":
        return None
    better = f"{_here(given)}/{source.removeprefix('./')}".removesuffix("/.")
    change = _whole(given, mount, source, better)
    case, milder = None, None
    if source.startswith("."):
        case, milder = "dot", Severity.WARNING if source.startswith("..") else Severity.NOTE
    place = mount.source_start
    return at(given, place, _PATH, *change, case=case, severity=milder, path=source, better=better)


def _missing(given: Given, mount: Mount, *, served: bool) -> Found | None:
    """A folder that is not there. One that -v makes for downloads is as good as any other."""
    case: str | None = "compose" if given.source == "compose" else "made"
    milder = None
    if mount.form == "--mount":
        case = None
    elif not served:
        if DOWNLOADS.search(mount.target):
            return None
        case, milder = "beside", Severity.WARNING
    return at(
        given,
        mount.source_start,
        "mount/source-missing",
        case=case,
        severity=milder,
        path=mount.source,
    )


def _rewritten(given: Given) -> Answers:
    """Git Bash takes an argument that begins with a slash for a path of its own."""
    paths = [flag.value for flag in given.flags if (flag.value or "").startswith("/")]
    paths += [one.target for one in given.mounts if one.target.startswith("/")]
    risky = [path for path in paths if path and not path.startswith("//")]
    if risky:
        start = start_of(given)
        change = Change(start, start, f"{_OFF}=1 ")
        yield at(
            given, start, _PATH, change, case="rewritten", path=risky[0], better=f"/{risky[0]}"
        )
