"""What is offered for an engine that is not there, by system and by what was chosen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triton_doctor_checks.docker.test_docker import CLIENT, dead, engine, judged, machine
from triton_doctor.model import Finding
from triton_doctor.probes.docker_client import DockerClient
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.system import System
from triton_doctor.repairs import Applicability, Edit

ASK, SHOW = Applicability.ASK, Applicability.SHOW
OWN = "unix:///run/user/5/docker.sock"
DESKTOP = "unix:///h/.docker/desktop/docker.sock"
CONTEXT = dead("unusable", fault="context", source="config", context="gone", config_path="/c")


def offered(finding: Finding) -> tuple[Applicability | None, str]:
    """The word and the lines of the fix."""
    if finding.fix is None:
        return None, ""
    return finding.fix.applicability, "\n".join(step.show for step in finding.fix.steps)


@pytest.mark.parametrize(
    ("seen", "here", "word", "line"),
    [
        (dead(), machine(), ASK, "sudo systemctl start docker"),
        (dead(), machine(in_container=True), None, ""),
        (dead(source="config", endpoint="unix:///srv/docker.sock"), machine(), None, ""),
        (dead(source="config", endpoint=OWN), machine(), ASK, "systemctl --user start docker"),
        (
            dead(source="config", endpoint=DESKTOP),
            machine(),
            ASK,
            "systemctl --user start docker-desktop",
        ),
        (dead(), machine("macos"), ASK, "open -a Docker"),
        (dead(), machine("windows"), ASK, "docker desktop start"),
        (dead(), machine("wsl2"), SHOW, "sudo service docker start"),
        (dead("refused", source="DOCKER_HOST"), machine(), SHOW, "unset DOCKER_HOST"),
        (
            dead("unusable", fault="context", source="DOCKER_CONTEXT"),
            machine(),
            SHOW,
            "unset DOCKER_CONTEXT",
        ),
        (CONTEXT, machine(), None, ""),
    ],
)
def test_what_brings_the_engine_back(
    seen: DockerEngine, here: System, word: Applicability | None, line: str
) -> None:
    assert offered(judged(seen, here=here).only()) == (word, line)


def test_the_service_has_a_second_way_for_systems_without_systemd() -> None:
    fix = judged(dead()).only().fix
    assert fix
    assert fix.instead
    assert fix.instead.steps[0].show == "sudo service docker start"


def test_a_context_that_is_gone_is_changed_in_the_file_and_nothing_else_of_it_shown() -> None:
    seen = dead(
        "unusable",
        fault="context",
        source="config",
        context="gone",
        config_path="/c",
        chosen_at=(3, 9),
    )
    finding = judged(seen).only()
    word, lines = offered(finding)
    assert (word, lines.split("\n")[1:]) == (
        ASK,
        ['- "currentContext": "gone"', '+ "currentContext": "default"'],
    )
    assert finding.fix
    assert finding.fix.steps[0].act == Edit("/c", 3, 9, '"gone"', '"default"')


@pytest.mark.parametrize(
    ("here", "word", "line"),
    [
        (machine(), ASK, "sudo apt-get update\nsudo apt-get install -y docker.io"),
        (machine(distribution="fedora"), SHOW, "sudo sh get-docker.sh"),
        (machine("macos", ""), SHOW, "brew install --cask docker"),
        (machine("windows", ""), SHOW, "winget.exe install"),
        (machine(in_container=True), None, ""),
    ],
)
def test_docker_from_where_it_comes_most_readily(
    here: System, word: Applicability | None, line: str
) -> None:
    seen, lines = offered(judged(dead(), DockerClient(None), here).only())
    assert seen == word
    assert line in lines


@pytest.mark.parametrize(
    ("values", "here", "lines"),
    [
        ({}, machine(), 'sudo usermod -aG docker "$USER"\nnewgrp docker'),
        ({"in_group": True}, machine(), "newgrp docker"),
        ({"endpoint": OWN}, machine(), ""),
        ({}, machine(in_container=True), ""),
    ],
)
def test_a_new_login_is_only_shown(values: dict[str, Any], here: System, lines: str) -> None:
    finding = judged(dead("denied", **values), here=here).only()
    assert offered(finding) == (SHOW if lines else None, lines)


@pytest.mark.parametrize(
    ("seen", "client", "line"),
    [
        (engine(), DockerClient("/d", "28.1.1", pinned="1.10"), "unset DOCKER_API_VERSION"),
        (engine(min_api_version="1.60"), CLIENT, "sudo apt-get install -y docker-ce-cli"),
        (engine(api_version="1.39"), CLIENT, "sudo sh get-docker.sh"),
    ],
)
def test_an_update_is_only_shown(seen: DockerEngine, client: DockerClient, line: str) -> None:
    word, lines = offered(judged(seen, client).only())
    assert word is SHOW
    assert lines.endswith(line)


def test_a_snap_is_replaced_by_a_person() -> None:
    fix = judged(engine(snap=True)).only().fix
    assert fix
    assert (fix.applicability, fix.steps[0].show) == (SHOW, "sudo snap remove docker")
    assert "deletes" in fix.costs


def test_a_config_file_of_roots_is_given_back() -> None:
    path, denied = "/home/ada/.docker/config.json", "permission denied"
    finding = judged(engine(config_path=path, config_error=denied)).only()
    assert offered(finding) == (ASK, f"sudo chown --reference=/home/ada {path}")
    elsewhere = judged(engine(config_path="/srv/config.json", config_error=denied)).only()
    assert elsewhere.fix is None


def test_windows_containers_are_switched_and_back() -> None:
    fix = judged(engine(system="windows")).only().fix
    assert fix
    (step,) = fix.steps
    assert step.argv[-1] == "-SwitchLinuxEngine"
    assert step.act.back[-1] == "-SwitchWindowsEngine"
