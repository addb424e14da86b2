"""What is offered for a driver or a GPU that fails: a restart of the machine is only shown."""

from __future__ import annotations

import pytest

from triton_doctor.probes.system import System, SystemKind
from triton_doctor.repairs import Applicability
from triton_doctor_checks.gpu.plans import again, driver, reboot, silenced


def machine(kind: SystemKind = "linux", name: str = "ubuntu", inside: bool = False) -> System:
    return System(kind, inside, name, "", "x86_64", "6.1", 1 << 35, 1 << 34)


@pytest.mark.parametrize(
    ("case", "here", "lines"),
    [
        (None, machine(), ["sudo ubuntu-drivers install", "sudo reboot"]),
        (None, machine(name="debian"), []),
        (None, machine(inside=True), []),
        ("broken", machine(), ["sudo reboot"]),
        ("wsl", machine("wsl2"), ["wsl.exe --update", "wsl.exe --shutdown"]),
        ("windows", machine("windows", ""), []),
        ("permission", machine(), []),
        ("no-card", machine(), []),
    ],
)
def test_a_driver_that_does_not_answer(case: str | None, here: System, lines: list[str]) -> None:
    planned = silenced(case, here)
    assert ([step.show for step in planned.steps] if planned else []) == lines
    assert planned is None or planned.applicability is Applicability.SHOW


def test_a_module_is_loaded_at_a_word_and_unloaded_again() -> None:
    planned = silenced("not-loaded", machine())
    assert planned
    assert planned.applicability is Applicability.ASK
    assert planned.steps[0].act.back == ("modprobe", "-r", "nvidia")


@pytest.mark.parametrize(("name", "tool"), [("debian", "update-initramfs"), ("fedora", "dracut")])
def test_nouveau_is_kept_out_by_the_distributions_own_tool(name: str, tool: str) -> None:
    planned = silenced("nouveau", machine(name=name))
    assert planned
    assert planned.steps[1].argv[0] == tool
    assert "reboot" in planned.costs


def test_what_needs_a_restart_says_so() -> None:
    assert reboot().costs == ("reboot",)
    assert driver(machine("wsl2")) is not None
    assert driver(machine("macos", "")) is None


def test_a_gpu_that_was_lost_comes_with_a_restart() -> None:
    planned = again("web")
    assert planned
    assert planned.steps[0].argv == ("docker", "restart", "web")
    assert again(None) is None
