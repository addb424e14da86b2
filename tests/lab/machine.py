"""What the lab needs of the machine: root, and programs, installed through apt where missing."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")

# The daemons and network tools lie in sbin, which not every root's PATH names.
os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin"

# What every lab needs. Other programs are asked for where they are used.
PROGRAMS = ("dockerd", "docker", "iptables", "ip", "setpriv", "chattr", "curl")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PACKAGES = {
    "dockerd": "docker.io",
    "docker": "docker-cli",
    "iptables": "iptables",
    "ip": "iproute2",
    "setpriv": "util-linux",
    "chattr": "e2fsprogs",
}


def is_root() -> bool:
    return os.geteuid() == 0


def need(*programs: str, packages: Sequence[str] = ()) -> None:
    """Installs what is missing: programs by their Debian packages, and `packages` by name."""
    if not _missing(programs, packages):
        return
    with apt_alone():
        missing = _missing(programs, packages)  # another process may have brought them meanwhile
        if "docker.io" in missing and not _has_package("docker-cli"):
            missing = [name for name in missing if name != "docker-cli"]  # part of docker.io there
        if missing:
            apt("update")
            apt("install", "--yes", "--no-install-recommends", *missing)


def browser() -> str | None:
    """The program of a browser; None where there is none, and only root could install one."""
    if is_root() and not any(map(shutil.which, _BROWSERS)):
        need(_BROWSERS[0])
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)


def _missing(programs: Sequence[str], packages: Sequence[str]) -> list[str]:
    missing = [_PACKAGES.get(program, program) for program in programs if not shutil.which(program)]
    return missing + [name for name in packages if not _installed(name)]


@contextmanager
def apt_alone() -> Iterator[None]:
    """apt-get fails where another of its kind is at work; this lets one process of ours at it."""
    with (Path(tempfile.gettempdir()) / "triton-doctor-lab-apt.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def apt(*arguments: str, cwd: Path | None = None) -> None:
    """Runs apt-get; only within `apt_alone`."""
    argv = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", *arguments]
    done = subprocess.run(
        argv,
        cwd=cwd,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(argv)} failed:\n{done.stdout}{done.stderr}")


def _installed(package: str) -> bool:
    shown = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(shown, capture_output=True, text=True).stdout == "installed"


def _has_package(package: str) -> bool:
    apt("update")
    shown = subprocess.run(["apt-cache", "show", package], capture_output=True, text=True)
    return shown.returncode == 0 and "Package:" in shown.stdout
