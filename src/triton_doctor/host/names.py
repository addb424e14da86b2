"""What this machine and its people are called, so that it can be kept out of what leaves it."""

from __future__ import annotations

import os
import platform
import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from triton_doctor.record import Record

_PEOPLE = range(1000, 60000)  # user ids that are given to people
_NAMED = ("USER", "LOGNAME", "USERNAME", "SUDO_USER", "LNAME")
_CALLED = ("HOSTNAME", "COMPUTERNAME", "HOST", "USERDOMAIN")


class Names(Record, frozen=True):
    """hosts: names of this machine; users: of its people; homes: their folders."""

    hosts: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()


def names(environ: Mapping[str, str]) -> Names:
    """Asked of the system and its files only; no name server is."""
    users, homes = _people()
    users += [environ[name] for name in _NAMED if environ.get(name)]
    homes.append(os.path.expanduser("~"))  # a text is wanted, resolved or not
    return Names(_some(_hosts(environ)), _some(users), _some(homes))


def _hosts(environ: Mapping[str, str]) -> list[str]:
    found = [socket.gethostname(), platform.node(), _text("/etc/hostname").strip()]
    found += [environ.get(name, "") for name in _CALLED]
    # Where Debian and its kin write the machine's own full name.
    for line in _text("/etc/hosts").splitlines():
        address, *called = line.partition("#")[0].split() or [""]
        if address.startswith("127.0.1.") or set(called) & set(found):
            found += called
    return found + [name.partition(".")[0] for name in found]


def _people() -> tuple[list[str], list[str]]:
    """Names, full names and homes of the accounts in /etc/passwd that are people's."""
    users, homes = list[str](), list[str]()
    for line in _text("/etc/passwd").splitlines():
        fields = line.split(":")
        if len(fields) == 7 and fields[2].isdigit() and int(fields[2]) in _PEOPLE:
            full = fields[4].partition(",")[0]
            users += [fields[0], full if " " in full else ""]
            homes.append(fields[5])
    with suppress(ImportError, KeyError, AttributeError):
        import pwd

        users.append(pwd.getpwuid(os.getuid()).pw_name)  # one of a directory service, too
    return users, homes


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""


def _some(found: list[str]) -> tuple[str, ...]:
    kept = (one.rstrip("/") for one in found if re.search(r"\w{2}", one))
    return tuple(dict.fromkeys(one for one in kept if one not in ("/root", "/nonexistent")))
