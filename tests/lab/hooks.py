"""A stand-in for the NVIDIA Container Toolkit: the program that a daemon runs for `--gpus`.

The daemon is the real one: it looks for the program on its PATH when it starts, and runs it with
the container's state on standard input before the container's own process begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.engine import Engine
from tests.lab.spare import spare_engine

_HOOK = "nvidia-container-runtime-hook"
# Makes device files in the container's own /dev, as the toolkit does. 195 is NVIDIA's number.
_GIVE = """\
state=$(cat)
pid=$(echo "$state" | sed -E 's/.*"pid": ?([0-9]+).*/\\1/')
bundle=$(echo "$state" | sed -E 's/.*"bundle": ?"([^"]+)".*/\\1/')
root=$(sed -E 's/.*"root":\\{"path":"([^"]+)".*/\\1/' "$bundle/config.json")
for number in %s; do
  nsenter --target "$pid" --mount mknod -m 666 "$root/dev/nvidia$number" c 195 "$number"
done
"""


def giving(*numbers: int) -> str:
    """A hook that brings these GPUs' device files into the container."""
    return _GIVE % " ".join(str(number) for number in numbers)


def failing(words: str) -> str:
    return f"cat >/dev/null\necho '{words}' >&2\nexit 1\n"


@contextmanager
def engine_with_hook(lab: Lab, folder: Path, script: str) -> Iterator[Engine]:
    """An engine of its own that finds this hook."""
    folder.mkdir(exist_ok=True)
    hook = folder / _HOOK
    hook.write_text(f"#!/bin/sh\n{script}")
    hook.chmod(0o755)
    before = f"export PATH='{folder}':\"$PATH\""
    with spare_engine(lab.folder / f"hook-{folder.name}", before=before) as engine:
        yield engine
