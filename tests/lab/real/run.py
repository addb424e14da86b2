"""`launch`, `ask` and `stop` with the real vLLM: by hand, since it takes 4 GB and half an hour.

    python -m tests.lab.real.environment FOLDER
    sudo python -m tests.lab.real.run FOLDER BACKEND [NAME ...]

BACKEND is `src` of github.com/triton-inference-server/vllm_backend, branch r25.06; NAME is one of
the launches of launches.py, else all are run. Each prints what it came to, and its server's log
goes to FOLDER/logs. What is real: the engine, tritonserver 2.51, the backend, vLLM 0.9.0.1, the
doctor. What is not: a GPU, and the weights, which are random.
"""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun
from tests.lab.launches import NAME, ids, launch, told
from tests.lab.real.image import build
from tests.lab.real.launches import LAUNCHES, SETTINGS, Launch
from tests.lab.repairs.kit import MODEL, Scene

# Nothing is looked at before it: the log alone has to tell.
OPTIONS = ("--yes", "--shm-size", "1g", "--select", "launch")


def played(lab: Lab, folder: Path, one: Launch) -> bool:
    """Whether it came out as it should."""
    with tempfile.TemporaryDirectory() as place:
        scene = Scene(lab, Path(place))
        lab.repository(scene.folder, settings=SETTINGS | dict(one.settings))
        shutil.copytree(folder / "tiny", scene.folder / MODEL / "1" / "tiny")
        one.breaks(scene)
        lab.docker("rm", "-f", NAME, check=False)
        run = launch(scene, *OPTIONS, timeout=900)
        good = (run.json["outcome"], tuple(ids(run)[:1])) == (one.outcome, one.causes[:1])
        _say(one.name, run, good)
        _keep(lab, folder / "logs" / f"{one.name}.log")
        steps = [_step(scene, step, want) for step, want in one.then]
        lab.docker("rm", "-f", NAME, check=False)
    return all([good, *steps])


def _keep(lab: Lab, place: Path) -> None:
    place.parent.mkdir(exist_ok=True)
    done = lab.docker("logs", NAME, check=False)
    place.write_text(done.stdout + done.stderr)


def _step(scene: Scene, step: tuple[str, ...], want: tuple[int, str]) -> bool:
    """A command of the doctor's, or with `docker` before it one of the engine's."""
    if step[0] == "docker":
        done = scene.lab.docker(*step[1:], check=False)
        run = DoctorRun(done.returncode, done.stdout, done.stderr)
    else:
        run = scene.lab.doctor(*step, cwd=scene.folder, env=scene.env, timeout=400)
    code, words = want
    good = run.code == code and words in " ".join((run.out + run.err).split())
    sys.stdout.write(f"  {'ok ' if good else 'NOT'} {' '.join(step)[:90]}\n{run}\n")
    sys.stdout.flush()
    return good


def _say(name: str, run: DoctorRun, good: bool) -> None:
    seen = run.json
    sys.stdout.write(f"{'ok ' if good else 'NOT'} {name}: {told(run)}\n")
    sys.stdout.write(f"  ready {seen['seconds_to_ready']} first {seen['seconds_to_first_token']}\n")
    for start in seen["starts"]:
        stages = ", ".join(f"{one['stage']} {one['at']:.1f}" for one in start["stages"])
        sys.stdout.write(f"  {start['end']} after {start['seconds']} s: {stages}\n")
    sys.stdout.flush()


def main(folder: Path, backend: Path, names: list[str]) -> int:
    lab = Lab()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        lab.start()
        build(lab, folder, backend)
        chosen = [one for one in LAUNCHES if not names or one.name in names]
        results = [played(lab, folder, one) for one in chosen]
        return 0 if all(results) else 1
    finally:
        lab.stop()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:]))
