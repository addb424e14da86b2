"""The tests of the Hub again, with the major version before: requests in place of httpx."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import huggingface_hub


def test_both_generations_give_the_same_answers(older_hub: Path) -> None:
    assert int(huggingface_hub.__version__.partition(".")[0]) >= 1
    path = os.pathsep.join([str(older_hub), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    tests = [str(Path(__file__).with_name(name)) for name in ("test_hub.py", "test_hub_way.py")]
    version = "import huggingface_hub, requests; print(huggingface_hub.__version__)"
    env = {**os.environ, "PYTHONPATH": path}
    told = subprocess.run([sys.executable, "-c", version], env=env, capture_output=True, text=True)
    assert told.stdout.startswith("0."), told.stderr
    argv = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        *tests,
    ]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, cwd=Path.cwd())
    assert done.returncode == 0, done.stdout + done.stderr
