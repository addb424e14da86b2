"""Brings Docker to say what client_faults.py names, and gives it as it was printed."""

from __future__ import annotations

import os
import re
import subprocess

from tests.lab.client_faults import ClientFault
from tests.lab.engine import Engine
from tests.lab.images import UBUNTU

_OLD = "/usr/bin:/bin:/usr/sbin:/sbin"  # where Debian's client is the first


def said(fault: ClientFault, engine: Engine, registry: str) -> str:
    """Both outputs, without the folders and the resolver of this machine."""
    keep = {name: value for name, value in os.environ.items() if "DOCKER" not in name}
    environment = {**keep, "DOCKER_HOST": engine.host, "HOME": str(engine.folder), "LC_ALL": "C"}
    if fault.old:
        environment["PATH"] = _OLD
    told = subprocess.run(
        ["bash", "-c", fault.command.replace("@", UBUNTU)],
        env={**environment, "REGISTRY": registry},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    text = told.stdout.decode("utf-8", "replace").replace(str(engine.folder), "/root")
    return re.sub(r"on [\d.]+:53", "on 192.0.2.53:53", text)
