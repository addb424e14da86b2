"""`python -m tests.lab.prepare` installs and makes what the lab needs, while nothing waits for it.

It needs nothing that is not in Python itself, so that it can run beside the installation of what
does. The tests would bring each thing in by themselves, one after another.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.lab import images, machine, newer, triton
from tests.lab.network import Network
from tests.lab.roots import Roots
from tests.lab.stock import Stock

_PROGRAMS = ("mmdebstrap", "docker-registry", "dash", "fish", "gcc", "openssl", "zsh")
_PACKAGES = ("debian-archive-keyring", "acl", "libc6-dev")


def main() -> None:
    machine.need(*machine.PROGRAMS, *_PROGRAMS, packages=_PACKAGES)
    images.busybox()
    with tempfile.TemporaryDirectory() as folder:
        roots = Roots(Stock(Path(folder)), Network())
        triton.tar(roots)
        for suite in newer.SUITES:
            roots.files(suite, newer.PACKAGES)
        roots.tar("bookworm")
    machine.browser()


if __name__ == "__main__":
    main()
