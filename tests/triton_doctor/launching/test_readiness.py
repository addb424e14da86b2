"""What is asked of a server, how often, and what counts as a sign of life."""

from __future__ import annotations

from triton_doctor.deployment import Deployment
from triton_doctor.host.protocol import Usage
from triton_doctor.launching.readiness import SERVER, Used, moved, paths, pause

IDLE = Usage(cpu=1.0, received=1000, read=1000)


def test_server_and_each_named_model_are_asked() -> None:
    assert paths(Deployment(model=("a", "b"))) == (
        SERVER,
        "/v2/models/a/ready",
        "/v2/models/b/ready",
    )


def test_with_all_models_loaded_the_server_speaks_for_them() -> None:
    assert paths(Deployment(model=("*",))) == (SERVER,)
    assert paths(Deployment(control_mode="none")) == (SERVER,)


def test_it_asks_often_at_first_and_never_costs_more_than_a_hundredth() -> None:
    assert pause(0) == 0.1
    assert pause(30) == 0.3
    assert pause(3600) == 1.0


def test_what_counts_as_life() -> None:
    before = Used(0.0, IDLE)
    assert not moved(before, Used(5.0, Usage(1.1, 2000, 1000)))
    assert moved(before, Used(5.0, Usage(2.0, 1000, 1000)))
    assert moved(before, Used(5.0, Usage(1.0, 5 << 20, 1000)))
    assert moved(before, Used(5.0, Usage(1.0, 1000, 5 << 20)))
