"""A recorded machine answers as the real one did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from tests.fakes import FakeDocker, FakeHost, FakeHub
from triton_doctor.host.hub import HubFile, HubFiles, HubTrouble, Secret
from triton_doctor.host.local import LocalHost
from triton_doctor.host.protocol import DockerEndpoint, DockerTrouble, Host, ProbeEnd, ProbeRun
from triton_doctor.host.recorded import RecordedHost, Recorder


def again(recorder: Recorder) -> Host:
    """The recorder's book, through JSON, as a host."""
    return cast("Host", RecordedHost(json.loads(json.dumps(recorder.answers))))


def test_a_real_machine_is_played_back(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff\x00text")
    real = cast("Any", Recorder(LocalHost()))
    seen = [
        real.system(),
        real.read(str(tmp_path / "a")),
        real.stat(str(tmp_path)),
        real.listdir(str(tmp_path)),
        real.run(["echo", "hello"], timeout=5.0),
        real.memory(),
        real.listeners(),
    ]
    (tmp_path / "a").unlink()
    host = again(real)
    assert seen == [
        host.system(),
        host.read(str(tmp_path / "a")),
        host.stat(str(tmp_path)),
        host.listdir(str(tmp_path)),
        host.run(["echo", "hello"], timeout=5.0),
        host.memory(),
        host.listeners(),
    ]


def test_errors_are_played_back_as_what_they_were() -> None:
    real = cast("Any", Recorder(LocalHost()))
    with pytest.raises(FileNotFoundError):
        real.read("/nowhere/at/all")
    with pytest.raises(FileNotFoundError, match="No such file"):
        again(real).read("/nowhere/at/all")


def test_an_engine_is_played_back() -> None:
    endpoint = DockerEndpoint("unix:///made/up.sock")
    end = ProbeEnd(0, b"config.pbtxt\n", b"")
    engine = FakeDocker(probe=end, info=DockerTrouble("silent", "no answer"))
    real = cast("Any", Recorder(FakeHost(engine=engine)))
    run = ProbeRun("ubuntu:24.04", ("ls",))
    assert real.docker(endpoint).probe(run) == end
    with pytest.raises(DockerTrouble):
        real.docker(endpoint).info()
    docker = again(real).docker(endpoint)
    assert docker.probe(run) == end
    with pytest.raises(DockerTrouble) as caught:
        docker.info()
    assert caught.value.kind == "silent"


def test_the_hub_is_played_back_without_the_token() -> None:
    files = HubFiles((HubFile("config.json", 7),))
    refused = HubTrouble("answer", "Access is restricted.", 401, "GatedRepo", 9.0)
    behind = FakeHub(files=files, read=b"{}", readable=refused)
    real = cast("Any", Recorder(FakeHost(hubs={"https://hub.example": behind})))
    asked = real.hub("https://hub.example", Secret("hf_" + "cAnArY" * 6))
    assert asked.files("a/b", 4.0) == files
    assert asked.read("a/b", "config.json", 4.0) == b"{}"
    with pytest.raises(HubTrouble):
        asked.readable("a/b", 4.0)
    assert "cAnArY" not in json.dumps(real.answers)
    hub = again(real).hub("https://hub.example", Secret("another"))
    assert hub.files("a/b", 4.0) == files
    assert hub.read("a/b", "config.json", 4.0) == b"{}"
    with pytest.raises(HubTrouble) as caught:
        hub.readable("a/b", 4.0)
    seen = caught.value
    assert (seen.kind, seen.status, seen.code, seen.wait) == ("answer", 401, "GatedRepo", 9.0)
    with pytest.raises(LookupError, match="never asked"):
        again(real).hub("https://hub.example").files("a/b", 4.0)


def test_a_question_that_was_never_asked_is_told() -> None:
    with pytest.raises(LookupError, match="never asked of the recorded machine: kernel"):
        again(Recorder(FakeHost())).kernel()
