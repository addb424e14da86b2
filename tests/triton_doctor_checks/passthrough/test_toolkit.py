"""What is offered where the NVIDIA Container Toolkit is missing, set wrongly or out of date."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triton_doctor_checks.passthrough.test_passthrough import (
    CLI,
    NO_DRIVER,
    judged,
    ran,
    refused,
)
from triton_doctor.repairs import Applicability, Command

HOOK = f"{CLI}invoking the NVIDIA Container Runtime Hook directly is not supported"
CDI = "CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=all: unknown"
DENIED = f"{CLI}initialization error: nvml error: Insufficient Permissions"


@pytest.mark.parametrize(
    ("text", "values", "line"),
    [
        (NO_DRIVER, {}, "sudo apt-get install -y nvidia-container-toolkit"),
        (NO_DRIVER, {"distribution": "fedora"}, "sudo dnf install -y nvidia-container-toolkit"),
        ("unknown or invalid runtime name: nvidia", {}, "sudo nvidia-ctk runtime configure"),
        (NO_DRIVER, {"engine_kind": "podman"}, "sudo nvidia-ctk cdi generate"),
        (CDI, {}, "sudo nvidia-ctk cdi generate"),
        (HOOK, {}, "--set nvidia-container-runtime.mode=auto"),
        (DENIED, {}, "sudo setsebool -P container_use_devices on"),
        (f"{CLI}something new", {}, "sudo apt-get install -y nvidia-container-toolkit"),
    ],
)
def test_the_commands_of_its_own_guides(text: str, values: dict[str, Any], line: str) -> None:
    fix = judged(refused(text), **values).only().fix
    assert fix
    assert fix.applicability is Applicability.ASK
    assert any(line in step.show for step in fix.steps), fix
    assert all(step.root for step in fix.steps)


@pytest.mark.parametrize(
    "values",
    [{"distribution": "nixos"}, {"remote": True}, {"snap": True}, {"engine_kind": "desktop"}],
)
def test_no_offer_where_the_way_is_not_known_or_not_here(values: dict[str, Any]) -> None:
    assert judged(refused(NO_DRIVER), **values).only().fix is None


def test_a_rootless_engine_is_made_fit_by_a_person() -> None:
    fix = judged(refused(NO_DRIVER), rootless=True).only().fix
    assert fix
    assert fix.applicability is Applicability.SHOW


def test_what_was_allowed_can_be_forbidden_again() -> None:
    fix = judged(refused(DENIED)).only().fix
    assert fix
    act = fix.steps[0].act
    assert isinstance(act, Command)
    assert act.back == ("setsebool", "-P", "container_use_devices", "off")


def test_a_description_that_is_out_of_date_is_written_anew() -> None:
    fix = judged(ran("/dev/nvidia0")).only().fix
    assert fix
    assert fix.steps[0].argv[:3] == ("nvidia-ctk", "cdi", "generate")
