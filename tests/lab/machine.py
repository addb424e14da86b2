"""What the lab needs of the machine: root, and programs, installed through apt where missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")

# The daemons and network tools lie in sbin, which not every root's PATH names.
os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin"

_PACKAGES = {
    "dockerd": "docker.io",
    "docker": "docker-cli",
    "iptables": "iptables",
    "ip": "iproute2",
    "setpriv": "util-linux",
}


def is_root() -> bool:
    return os.geteuid() == 0


def need(*programs: str, packages: Sequence[str] = ()) -> None:
    """Installs what is missing: programs by their Debian packages, and `packages` by name."""
    missing = [_PACKAGES.get(program, program) for program in programs if not shutil.which(program)]
    if "docker.io" in missing and not _has_package("docker-cli"):
        missing = [name for name in missing if name != "docker-cli"]  # part of docker.io there
    missing += [name for name in packages if not _installed(name)]
    if missing:
        apt_install(missing)


def apt_install(packages: Sequence[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    for argv in (["apt-get", "update"], install):
        done = subprocess.run(
            argv,
            env=environment,
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
    subprocess.run(["apt-get", "update"], capture_output=True, timeout=300)
    shown = subprocess.run(["apt-cache", "show", package], capture_output=True, text=True)
    return shown.returncode == 0 and "Package:" in shown.stdout
