"""The tests of the Hub again, with the major version before: requests in place of httpx."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import huggingface_hub

_TESTS = Path(__file__).parents[2]
_TWICE = [
    *(f"triton_doctor/host/test_hub{name}.py" for name in ("", "_way")),
    *(f"triton_doctor_checks/token/test_hub{name}.py" for name in ("", "_tokens")),
    "triton_doctor_checks/network/test_network.py",
]


def test_both_generations_give_the_same_answers(older_hub: Path) -> None:
    assert int(huggingface_hub.__version__.partition(".")[0]) >= 1
    path = os.pathsep.join([str(older_hub), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    tests = [str(_TESTS / name) for name in _TWICE]
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
