"""Which real name is near to one that is none."""

from __future__ import annotations

import pytest

from tests.fakes import FakeHub
from triton_doctor.host.hub import HubTrouble
from triton_doctor.probes.hub_near import alike, found_near

NAMES = [
    "google/gemma-2b",
    "google/gemma-2b-it",
    "meta-llama/Llama-3.1-8B-Instruct",
    "ada/gemma-2b",
]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("google/gema-2b", "google/gemma-2b"),
        ("gogle/gemma-2b", "google/gemma-2b"),
        ("meta-llama/llama-3.1-8b-instruct", "meta-llama/Llama-3.1-8B-Instruct"),
        ("meta-llama/Llama-3.1-8B-Instuct", "meta-llama/Llama-3.1-8B-Instruct"),
        ("gemma-2b", "google/gemma-2b"),
        ("acme/own-model", None),
        ("x", None),
    ],
)
def test_the_nearest(name: str, near: str | None) -> None:
    assert next(iter(alike(name, NAMES)), None) == near


def test_what_the_hub_is_asked() -> None:
    hub = FakeHub(search=lambda text, _seconds, owner=None: [f"{owner}/{text}"])
    assert found_near(hub, "google/gema-2b", 1.0) == ["None/gema", "google/"]
    assert found_near(hub, "gema-2b", 1.0) == ["None/gema"]
    closed = FakeHub(search=HubTrouble("silent", "no answer"))
    assert found_near(closed, "google/gema-2b", 1.0) is None
