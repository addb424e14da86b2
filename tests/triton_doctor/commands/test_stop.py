"""Ends of a container that take long to bring about; the engine is a FAKE. See tests/lab too."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.published import hold
from triton_doctor.commands.stop import GRACE, Asked, _Ending
from triton_doctor.host.launcher import Launcher
from triton_doctor.host.protocol import DockerTrouble
from triton_doctor.knowledge.house import phrases
from triton_doctor.launching.recipe import LABEL


def state(status: str, code: int = 0, *, oom: bool = False, ours: bool = True) -> dict[str, Any]:
    return {
        "Id": "1",
        "State": {"Status": status, "ExitCode": code, "OOMKilled": oom},
        "Config": {"Image": "image", "Labels": {LABEL: "x"} if ours else None},
        "HostConfig": {"AutoRemove": False},
    }


class FakeEngine:
    """What it tells before the container is stopped, and after."""

    def __init__(self, before: dict[str, Any] | None, after: dict[str, Any] | None = None) -> None:
        self._states = [before, after]
        self.did: list[str] = []

    def inspect(self, container: str) -> dict[str, Any] | None:
        return self._states.pop(0)

    def stop(self, container: str, grace: int) -> None:
        assert grace == GRACE
        self.did.append("stop")

    def refuse(self, container: str, grace: int) -> None:
        raise DockerTrouble("api", "cannot stop container: 1: permission denied", 500)

    def remove(self, container: str) -> None:
        self.did.append("remove")


@pytest.mark.parametrize(
    ("before", "after", "outcome", "code", "did"),
    [
        (None, None, "nothing", 0, []),
        (state("running"), state("exited"), "removed", 0, ["stop", "remove"]),
        (state("running"), state("exited", 143), "removed", 0, ["stop", "remove"]),
        (state("paused"), state("exited"), "removed", 0, ["stop", "remove"]),
        (state("restarting", 1), state("exited", 1), "failed", 1, ["stop"]),
        (state("running"), state("exited", 137), "killed", 1, ["stop"]),
        (state("running"), state("exited", oom=True), "failed", 1, ["stop"]),
        (state("running"), state("running"), "still", 1, ["stop"]),
        (state("running"), None, "gone", 0, ["stop"]),
        (state("exited"), None, "swept", 0, ["remove"]),
        (state("exited", 1), None, "ended-badly", 0, []),
        (state("exited", ours=False), None, "ended", 0, []),
        (state("created"), None, "ended", 0, []),
        (state("running", ours=False), None, "needs-word", 1, []),
    ],
)
def test_what_becomes_of_a_container(
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    outcome: str,
    code: int,
    did: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine = FakeEngine(before, after)
    ending = _Ending("server", Asked(yes=False, form="json"), phrases())
    assert ending.run(cast("Launcher", engine)) == code
    told = hold("stop-1.json", capsys.readouterr().out)
    assert (told["outcome"], told["exit_code"]) == (outcome, code)
    assert told["removed"] is ("remove" in did or outcome == "gone")
    assert engine.did == did


def test_an_engine_that_refuses_to_stop_it_is_quoted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Docker does where AppArmor forbids it."""
    engine = FakeEngine(state("running"), state("running"))
    monkeypatch.setattr(engine, "stop", engine.refuse)
    ending = _Ending("server", Asked(yes=False, form="json"), phrases())
    assert ending.run(cast("Launcher", engine)) == 1
    told = hold("stop-1.json", capsys.readouterr().out)
    assert told["outcome"] == "still"
    assert "cannot stop container: 1: permission denied" in told["message"]


def test_another_persons_container_is_stopped_at_a_word_and_never_removed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine = FakeEngine(state("running", ours=False), state("exited", ours=False))
    ending = _Ending("server", Asked(yes=True, form="text"), phrases())
    assert ending.run(cast("Launcher", engine)) == 0
    assert engine.did == ["stop"]
    assert "server is stopped, and still there" in " ".join(capsys.readouterr().out.split())
