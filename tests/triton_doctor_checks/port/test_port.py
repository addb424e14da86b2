"""What the port check says of machines that cannot be made here."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.containers import Container, Containers, Published
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.ports import Holder, Port, Ports
from triton_doctor.probes.system import System
from triton_doctor.record import replace
from triton_doctor.repairs import Setting

NOW = 1_790_000_000.0
ENGINE = DockerEngine(endpoint="ssh://gpu-box", source="default")
LINUX = System("linux", False, "debian", "Debian 12", "x86_64", "6.1", 32 << 30, 24 << 30)
FREE = Ports(
    tuple(Port(number, "free") for number in (8000, 8001, 8002)), (), 1024, (8010, 8011, 8012), NOW
)
WEB = Container(
    "abc", "web", "nginx", "running", NOW - 7200, (Published("0.0.0.0", 8001, 80),), "bridge"
)
NONE = Containers((), NOW)
PYTHON = Holder("127.0.0.1", 4711, "python3", "ada", NOW - 90)


def port(
    ports: Ports = FREE,
    listed: Containers | None = NONE,
    engine: DockerEngine | None = ENGINE,
    here: System = LINUX,
    **deployment: Any,
) -> JudgeResult:
    facts: dict[str, Any] = {"ports": ports, "system": here}
    facts |= {"containers": listed} if listed else {}
    facts |= {"docker-engine": engine} if engine else {}
    return judge("port", facts=facts, deployment=deployment)


def busy(*holders: Holder, state: str = "busy") -> Ports:
    return replace(FREE, ports=(Port(8000, state, holders), *FREE.ports[1:]))


def test_free_ports_are_sound() -> None:
    assert port().healthy == "8000, 8001 and 8002 are free"


def test_without_docker_the_hosts_programs_are_judged() -> None:
    assert port(listed=None, engine=None).outcome is Outcome.PASSED
    finding = port(busy(PYTHON), listed=None, engine=None).only()
    assert finding.title == "Port 8000 is taken by python3 (process 4711, running for 1 min)"


def test_a_process_is_left_alone_unless_a_person_says_so() -> None:
    fix = port(busy(PYTHON)).only().fix
    assert fix is not None
    assert str(fix.applicability) == "safe"
    assert fix.steps[0].act == Setting("http-port", 8010)
    assert fix.instead is not None
    assert str(fix.instead.applicability) == "ask"
    assert fix.instead.steps[0].argv == ("kill", str(PYTHON.pid))


@pytest.mark.parametrize("holder", [Holder("0.0.0.0"), replace(PYTHON, name="docker-proxy")])
def test_what_has_no_name_or_belongs_to_a_container_is_not_ended(holder: Holder) -> None:
    fix = port(busy(holder)).only().fix
    assert fix is not None
    assert fix.instead is None


def test_a_process_of_somebody_else_has_no_name() -> None:
    finding = port(busy(Holder("0.0.0.0"))).only()
    assert "may not see by which program" in finding.title


def test_a_forwarder_without_its_container_is_another_engines() -> None:
    finding = port(busy(replace(PYTHON, name="docker-proxy"))).only()
    assert "another engine" in finding.title


def test_a_container_is_named_and_not_its_forwarder() -> None:
    seen = replace(
        FREE, ports=(FREE.ports[0], Port(8001, "busy", (replace(PYTHON, name="docker-proxy"),)))
    )
    finding = port(seen, Containers((WEB,), NOW), grpc_port=8001, metrics_port=8000).findings[-1]
    assert finding.title == "Port 8001 is taken by the container web (started 2 h ago)"
    assert finding.fix is not None
    assert finding.fix.instead is not None
    assert finding.fix.instead.steps[0].argv == ("docker", "stop", "web")
    assert finding.fix.instead.steps[0].act.back == ("docker", "start", "web")


def test_a_stopped_container_holds_nothing() -> None:
    listed = Containers((replace(WEB, state="exited"),), NOW)
    assert port(listed=listed).outcome is Outcome.PASSED


def test_the_deployments_own_container_is_a_note() -> None:
    own = replace(WEB, name="triton_vllm_server", published=(Published("0.0.0.0", 8000, 8000),))
    result = port(busy(), Containers((own,), NOW))
    assert result.only().severity is Severity.NOTE
    assert "runs already" in result.only().title
    assert result.healthy


def test_a_port_given_twice() -> None:
    finding = port(replace(FREE, ports=FREE.ports[:2]), metrics_port=8000).only()
    assert finding.problem == "port/given-twice"
    assert "--http-port and --metrics-port" in finding.title


def test_a_range_that_windows_keeps() -> None:
    seen = replace(busy(state="forbidden"), excluded=((7951, 8000),))
    finding = port(seen, here=replace(LINUX, kind="windows")).only()
    assert finding.problem == "port/reserved"
    assert "7951 to 8000" in finding.title


def test_a_low_port_is_reserved_for_a_rootless_engine_alone() -> None:
    low = replace(FREE, ports=(Port(80, "forbidden"),))
    ports: dict[str, Any] = {"http_port": 80, "grpc_port": 80, "metrics_port": 80}
    ids = port(low, engine=replace(ENGINE, rootless=True), **ports).ids
    assert "port/reserved" in ids
    assert "port/reserved" not in port(low, **ports).ids


def test_a_remote_machines_programs_are_not_ours_to_see() -> None:
    result = port(busy(PYTHON), engine=replace(ENGINE, remote=True))
    assert not result.ids
    assert result.outcome is Outcome.COULD_NOT_TELL
    assert "ssh://gpu-box" in result.doubts[0].reason


def test_a_remote_machines_containers_are() -> None:
    result = port(listed=Containers((WEB,), NOW), engine=replace(ENGINE, remote=True))
    assert result.ids == ["port/in-use"]


def test_docker_desktop_publishes_on_windows() -> None:
    result = port(engine=replace(ENGINE, kind="desktop"), here=replace(LINUX, kind="wsl2"))
    assert result.outcome is Outcome.COULD_NOT_TELL


def test_a_container_sees_its_own_ports_only() -> None:
    assert port(here=replace(LINUX, in_container=True)).outcome is Outcome.COULD_NOT_TELL
