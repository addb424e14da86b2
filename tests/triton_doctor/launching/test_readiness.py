"""What is asked of a server, how often, and what counts as a sign of life."""

from __future__ import annotations

from triton_doctor.deployment import Deployment
from triton_doctor.host.protocol import Usage
from triton_doctor.launching.pulling import Pulling
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


def test_a_pull_is_summed_up_over_its_layers() -> None:
    pulling = Pulling()
    for item in (
        {"status": "Pulling from nvidia/tritonserver", "id": "25.06"},
        {"status": "Pulling fs layer", "id": "a"},
        {"status": "Already exists", "id": "b"},
        {"status": "Downloading", "id": "a", "progressDetail": {"current": 30, "total": 100}},
    ):
        pulling.take(item)
    assert (pulling.received, pulling.whole, pulling.layers) == (30, 100, (1, 2))
    pulling.take({"status": "Download complete", "id": "a"})
    pulling.take({"status": "Pull complete", "id": "a"})
    assert (pulling.received, pulling.layers) == (100, (2, 2))
