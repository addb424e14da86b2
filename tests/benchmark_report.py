"""What a report costs beside a plain run, and taking secrets out beside reading a log.

    python -m tests.benchmark_report

Ratios of medians, as in benchmark.py; nothing here is a test.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from triton_doctor.commands.log_reading import patterns
from triton_doctor.logs.reader import Reader
from triton_doctor.redact.leftovers import leftovers
from triton_doctor.redact.literals import Known
from triton_doctor.redact.redactor import Redactor

DOCTOR = str(Path(sys.executable).parent / "triton-doctor")
SOUND = Path(__file__).parent / "recordings" / "logs" / "sound.log"
KNOWN = Known(("hf_" + "Ab3" * 11 + "z",), ("gpubox-7.lab.example",), ("ada",), ("/home/ada",))


def median(work: Callable[[], object], rounds: int = 7) -> float:
    taken = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:])


def run(*arguments: str) -> Callable[[], object]:
    folder = tempfile.mkdtemp(prefix="benchmark-")
    command = [DOCTOR, *arguments]
    return lambda: subprocess.run(
        command, cwd=folder, env={**os.environ}, capture_output=True, check=False
    )


def main() -> None:
    plain, report = median(run("--offline")), median(run("report", "--offline"))
    print(f"| `report --offline` beside a plain run | {report / plain:.1f} |")
    data = SOUND.read_bytes() * 200
    text = data.decode()

    def reading() -> None:
        reader = Reader(patterns())
        reader.feed(data)
        reader.finish()

    read = median(reading)
    cleaned = median(lambda: Redactor(KNOWN).text(text))
    looked = median(lambda: leftovers("a.log", text, KNOWN))
    size = len(data) / 1e6
    print(f"| reading a log, MB/s | {size / read:.0f} |")
    print(f"| taking secrets out of it, MB/s | {size / cleaned:.1f} |")
    print(f"| looking at it once more, MB/s | {size / looked:.1f} |")


if __name__ == "__main__":
    main()
