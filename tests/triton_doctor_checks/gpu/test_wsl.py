"""WSL 2, where the driver belongs to Windows. Fakes: no such machine was at hand."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.gpu.cases import WSL, fake, fake_gpu, seen
from triton_doctor.host.nvml import NvmlReading
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.gpus import Gpus, WslDriver
from triton_doctor.record import replace

LINUX_DRIVER = "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1"
SOUND = WslDriver(device=True, library=True)


@pytest.mark.parametrize(
    ("wsl", "state", "words"),
    [
        (replace(SOUND, linux=LINUX_DRIVER), "not-loaded", "hides the driver of Windows"),
        (replace(SOUND, device=False, library=False), "library-missing", "/dev/dxg is not there"),
        (SOUND, "library-missing", "they are not found there"),
        (SOUND, "not-loaded", "gets no GPU from the NVIDIA driver of Windows"),
        (replace(SOUND, library=False), "library-missing", "gets no GPU from the NVIDIA driver"),
    ],
)
def test_why_wsl_has_no_gpu(wsl: WslDriver, state: str, words: str) -> None:
    reading = NvmlReading(state, 9, "made up")
    finding = seen(Gpus(reading, wsl=wsl), system=WSL).only()
    assert (finding.problem, finding.severity) == ("gpu/no-driver", Severity.ERROR)
    assert words in finding.title
    assert any(line.startswith("/dev/dxg") for line in finding.evidence)


def test_a_linux_driver_beside_one_that_works() -> None:
    works = fake(fake_gpu("NVIDIA GeForce RTX 4090"))
    assert seen(replace(works, wsl=SOUND), system=WSL).outcome is Outcome.PASSED
    both = seen(replace(works, wsl=replace(SOUND, linux=LINUX_DRIVER)), system=WSL).only()
    assert (both.problem, both.severity) == ("gpu/wsl-driver", Severity.WARNING)
    assert LINUX_DRIVER in both.title
    bare = seen(replace(works, wsl=replace(SOUND, tool=False)), system=WSL).only()
    assert (bare.problem, bare.severity) == ("gpu/wsl-driver", Severity.NOTE)
    assert "not on the PATH" in bare.title
