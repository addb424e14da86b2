"""What became of containers, from answers written down after those of a real engine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import NOW, FakeDocker, FakeHost, ask
from triton_doctor.host.protocol import DockerTrouble, FileStat
from triton_doctor.probes.engine_events import Gone
from triton_doctor.probes.launched import HEAD_BYTES, LOG_BYTES, Launched, Launches, epoch, launches

SOCKET = {"/var/run/docker.sock": FileStat("other", 0o660, 0, 0, 0, 0.0)}
NAME, IMAGE = "triton_vllm_server", "tritonserver"
ROW = {
    "Id": "a" * 64,
    "Names": [f"/{NAME}"],
    "Image": IMAGE,
    "State": "exited",
    "Created": NOW - 60,
}
STATE = {
    "Status": "exited",
    "ExitCode": 1,
    "OOMKilled": False,
    "Error": "",
    "StartedAt": "2026-11-22T15:01:37.593845917Z",
    "FinishedAt": "2026-11-22T15:01:38.5Z",
}
INSPECTED = {
    "Created": "2026-11-22T15:01:37Z",
    "State": STATE,
    "Config": {
        "Image": IMAGE,
        "Env": ["HF_TOKEN=hf_secretsecret"],
        "Cmd": ["--model-control-mode=explicit", "--load-model=gemma", "--load-model", "llama"],
    },
    "HostConfig": {"Memory": 1 << 30},
    "RestartCount": 2,
}


def event(action: str, when: float, name: str = NAME, **more: str) -> dict[str, Any]:
    actor = {"ID": "a" * 64, "Attributes": {"name": name, "image": IMAGE, **more}}
    return {"Type": "container", "Action": action, "Actor": actor, "timeNano": int(when * 1e9)}


def told(**answers: Any) -> Launches:
    given = {"containers": [ROW], "inspect": INSPECTED, "logs": b"", "events": [], **answers}
    engine = FakeDocker(version={}, info={}, **given)
    host = FakeHost(engine=engine, stats=SOCKET)
    fact = ask(launches, host, deployment={"image": IMAGE})
    assert isinstance(fact, Launches)
    return fact


def own(**answers: Any) -> Launched:
    one = told(**answers).own
    assert one is not None
    return one


def test_a_container_is_read() -> None:
    one = own()
    assert (one.name, one.state, one.exit_code, one.restarts) == (NAME, "exited", 1, 2)
    assert one.memory_limit == 1 << 30
    assert one.mode == "explicit"
    assert one.loads == ("gemma", "llama")
    assert one.ended - one.started == pytest.approx(0.906, abs=0.001)


def test_no_secret_is_kept() -> None:
    one = own(
        logs=b"token hf_abcdefghijkl\n",
        inspect={**INSPECTED, "State": {"Error": "hf_abcdefghijkl"}},
    )
    assert "hf_" not in repr(one)


def test_a_log_is_what_a_terminal_would_show() -> None:
    assert own(logs=b"\x1b[1mone\x1b[0m\r\n 10%\r 20%\nthree\xff").log == "one\n 20%\nthree\ufffd"


def test_a_huge_log_is_cut() -> None:
    one = own(logs=b"x" * 10_000_000, log_stream=lambda *_: iter([b"y" * 20_000] * 500))
    assert (len(one.log), len(one.log_head)) == (LOG_BYTES, HEAD_BYTES)
    assert set(one.log_head) == {"y"}


def test_a_log_that_the_driver_does_not_keep() -> None:
    one = own(logs=DockerTrouble("api", "configured logging driver does not support reading"))
    assert (one.log, one.log_error) == ("", "configured logging driver does not support reading")


def test_who_asked_it_to_end() -> None:
    events = [event("kill", 1, signal="9"), event("start", 2), event("kill", 3, signal="15")]
    assert own(events=events).signal == 15
    assert own(events=[event("kill", 1, signal="9"), event("start", 2)]).signal == 0


def test_memory_by_state_or_by_history() -> None:
    assert own(inspect={**INSPECTED, "State": {**STATE, "OOMKilled": True}}).oom
    assert own(events=[event("start", 1), event("oom", 2)]).oom
    assert not own().oom


def test_one_that_was_started_anew_keeps_its_last_exit_code() -> None:
    running = {**INSPECTED, "State": {**STATE, "Status": "running", "ExitCode": 0}}
    assert own(inspect=running, events=[event("die", 1, exitCode="3")]).exit_code == 3


def test_an_engine_without_history_still_tells_the_state() -> None:
    assert own(events=DockerTrouble("api", "no")).exit_code == 1


def test_the_clock_of_a_virtual_machine_is_its_own() -> None:
    info = {"OperatingSystem": "Docker Desktop", "SystemTime": "1970-01-02T00:00:00.5Z"}
    engine = FakeDocker(version={}, info=info, containers=[], events=[])
    assert ask(launches, FakeHost(engine=engine, stats=SOCKET)).now == 86400.5


def test_a_container_that_went_away_meanwhile() -> None:
    assert told(inspect=None).containers == ()


def test_others_of_the_image_of_the_last_day_at_most_three() -> None:
    others = [{**ROW, "Names": [f"/o{n}"], "Created": NOW - n} for n in range(5)]
    old = {**ROW, "Names": ["/old"], "Created": NOW - 90_000}
    foreign = {**ROW, "Names": ["/foreign"], "Image": "redis"}
    fact = told(containers=[*others, old, foreign])
    assert [one.name for one in fact.containers] == ["o0", "o1", "o2"]
    assert fact.own is None


def test_an_old_container_of_the_name_is_still_looked_at() -> None:
    assert told(containers=[{**ROW, "Created": 0}]).own is not None


def gone(*events: dict[str, Any]) -> Gone | None:
    return told(containers=[], events=list(events)).gone


def test_what_is_left_of_a_container_that_is_gone() -> None:
    fact = gone(
        event("create", 10),
        event("start", 11),
        event("oom", 19),
        event("die", 20, exitCode="137"),
        event("destroy", 20.1),
    )
    assert fact == Gone("a" * 12, NAME, IMAGE, 11.0, 20.0, 137, True, 0, True)


def test_one_that_was_removed_by_hand() -> None:
    fact = gone(event("start", 11), event("die", 20, exitCode="1"), event("destroy", 60))
    assert fact is not None
    assert not fact.at_once


def test_one_that_never_started() -> None:
    fact = gone(event("create", 10), event("destroy", 10.5))
    assert fact is not None
    assert (fact.started, fact.at_once) == (0.0, True)


def test_one_that_was_started_again_was_not_removed_by_the_engine() -> None:
    events = [event("die", 10), event("start", 11), event("die", 20), event("destroy", 21)]
    fact = gone(*events)
    assert fact is not None
    assert not fact.at_once


def test_another_ones_history_is_not_ours() -> None:
    assert gone(event("destroy", 10, name="other")) is None


def test_what_is_there_is_not_gone() -> None:
    assert told(events=[event("destroy", 5)]).gone is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0001-01-01T00:00:00Z", 0.0),
        ("", 0.0),
        ("1970-01-02T00:00:00Z", 86400.0),
        ("1970-01-02T00:00:00.123456789Z", 86400.123456),
        ("1970-01-02T02:00:00.5+02:00", 86400.5),
    ],
)
def test_the_engines_times(text: str, seconds: float) -> None:
    assert epoch(text) == pytest.approx(seconds)
