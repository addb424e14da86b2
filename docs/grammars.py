"""Remakes the option grammars of `docker run` and `tritonserver` from the programs' own help.

    python docs/grammars.py docker /usr/bin/docker /usr/local/bin/docker
    python docs/grammars.py triton /opt/tritonserver/bin/tritonserver

Each program is asked for its version and its help; no engine and no GPU is needed. What a help does
not list is asked for one by one: a client says of an option that it knows that it needs a value,
and of another that it is unknown. Options of tritonserver that came after the program at hand
are listed below, from its source.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "src" / "triton_doctor" / "launching"
OPTION = re.compile(r"^ {2,6}(?:-(\w), )?--([a-z0-9-]+)(?: ([A-Za-z0-9-]+))?(?:  |$)", re.MULTILINE)
LISTS = ("list", "map", "mount", "network", "ulimit", "gpu-request")
# Older names and options of Windows containers, which `docker run --help` leaves out:
# docker/cli, cli/command/container/opts.go, MarkHidden and `isWindows`.
HIDDEN = (
    *("net", "net-alias", "dns-opt", "cpu-count", "cpu-percent", "io-maxbandwidth"),
    *("io-maxiops", "isolation"),
)
TRITON = re.compile(r"^  --([a-z0-9-]+)(?: (<.*>))?$", re.MULTILINE)
# Newer than 2.51: triton-inference-server/server, src/command_line_parser.cc.
LATER = {
    "grpc-infer-thread-count": "integer",
    "grpc-max-response-pool-size": "integer",
    "model-config-name": "string",
}
# A client leaves out what the engine in reach is too old for, so none is to be in reach.
ALONE = {**os.environ, "DOCKER_HOST": "unix:///nowhere.sock"}
SOURCE = "https://github.com/triton-inference-server/server/blob/main/src/command_line_parser.cc"


def said(*argv: str) -> str:
    """Both outputs of a program, which may end as it likes."""
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60, env=ALONE)
    return done.stdout + done.stderr


def options(text: str) -> dict[str, dict[str, Any]]:
    """The options of a help of Docker's, by name."""
    return {
        name: {"short": short, "value": kind, "repeats": kind in LISTS}
        for short, name, kind in OPTION.findall(text)
    }


def docker(programs: list[str]) -> dict[str, Any]:
    """Every option of `docker run` of these clients, with the versions that have it."""
    known: dict[str, dict[str, Any]] = {}
    versions, glob = [], dict[str, dict[str, Any]]()
    for program in programs:
        (version,) = re.findall(r"Docker version (\d+\.\d+\.\d+)", said(program, "--version"))
        versions.append(version)
        found = options(said(program, "run", "--help"))
        for name in HIDDEN:
            if "needs an argument" in said(program, "run", f"--{name}"):
                found.setdefault(name, {"short": "", "value": "string", "repeats": True})
        for name, option in found.items():
            known.setdefault(name, {**option, "versions": []})["versions"].append(version)
        glob |= options(said(program, "--help"))
    return {
        "source": "docker run --help of the clients of these versions",
        "versions": versions,
        "run": dict(sorted(known.items())),
        "global": dict(sorted(glob.items())),
    }


def triton(programs: list[str]) -> dict[str, Any]:
    """Every option of tritonserver; value: empty for one that takes none."""
    found: dict[str, str] = {}
    for program in programs:
        found |= {name: kind.strip("<>") for name, kind in TRITON.findall(said(program, "--help"))}
    return {
        "source": ["tritonserver --help of 2.51 (24.10)", SOURCE],
        "options": dict(sorted({**LATER, **found}.items())),
    }


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("kind", choices=["docker", "triton"])
    given.add_argument("program", nargs="+")
    asked = given.parse_args()
    table = {"docker": docker, "triton": triton}[asked.kind](asked.program)
    text = json.dumps(table, indent=1) + "\n"
    place = FOLDER / f"{asked.kind}_options.json"
    place.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"written: {place.name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
