"""Runs of `ask` beside a server that STANDS IN for one that cannot be had on demand."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests import warm
from tests.published import hold
from tests.stand_in_server import Script, StandIn, event, reply, stream
from tests.triton_doctor.test_cli import environment

GENERATE = "POST /v2/models/gemma/generate_stream"
NOT_FOUND = [reply("404 Not Found", b'{"detail":"Not Found"}')]
PAGE = b"<html><head><title>502 Bad Gateway</title></head></html>"
WELL = stream(event("The"), event(" doctor"), event(""))


def ask(
    url: str,
    *args: str | bytes,
    cwd: Path,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    line = ("ask", "--url", url, *args)
    done = warm.run(line, cwd=cwd, env={**environment(), **(env or {})}, input=stdin, timeout=60)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def data(
    script: Script, cwd: Path, *args: str, paths: Mapping[str, Script] | None = None
) -> dict[str, Any]:
    """What a run says as JSON. paths: by method and path, for other addresses than the model's."""
    with StandIn(NOT_FOUND, {GENERATE: script, **(paths or {})}) as server:
        done = ask(server.url, "--format", "json", *args, "Hi", cwd=cwd)
    told: dict[str, Any] = hold("ask-1.json", done.stdout)
    assert told["exit_code"] == done.returncode
    return told
