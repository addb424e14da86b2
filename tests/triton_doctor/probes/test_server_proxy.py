"""Which proxy the server will have: of container, command, Docker's config.json or image."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fakes import FakeDocker, FakeHost
from tests.triton_doctor_checks.command.reading import taken
from tests.triton_doctor_checks.command.test_commands import guide
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.errors import FactUnavailable
from triton_doctor.probes.base import Probe
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.env_files import EnvFile
from triton_doctor.probes.server_proxy import ServerProxy, server_proxy
from triton_doctor.probes.server_proxy import loops as in_container

TOKEN = "--env HUGGING_FACE_HUB_TOKEN=$HF_TOKEN"
PASSWORD = "pRoXyPaSs-cAnArY"
SECRET = f"http://ada:{PASSWORD}@proxy.example:3128"
CONFIG = "/home/ada/.docker/config.json"


class Machine(Context):
    """A context in which the engine answers, and of the rest only what is given is known."""

    host: Any
    known_facts: dict[str, Any]

    def fact(self, probe: Probe[Any]) -> Any:
        if probe.name == "docker-engine":
            return DockerEngine(endpoint="unix:///fake", source="default")
        if probe.name not in self.known_facts:
            raise FactUnavailable(probe.name, "not here")
        return self.known_facts[probe.name]


def seen(
    env: dict[str, str] | None = None,
    config: Any = None,
    container: dict[str, Any] | None = None,
    image: tuple[str, ...] = (),
    facts: dict[str, Any] | None = None,
) -> ServerProxy:
    made = FakeDocker(inspect=container, image={"Config": {"Env": list(image)}})
    files = {CONFIG: json.dumps(config).encode()} if config is not None else {}
    host = FakeHost(variables=env or {}, files=files, engine=made)
    machine: Any = Machine(host, Deployment(), Settings())
    machine.host, machine.known_facts = host, facts or {}
    fact = server_proxy.ask(machine)
    assert PASSWORD not in repr(fact)
    return fact


def made(*env: str) -> dict[str, Any]:
    return {"Config": {"Env": list(env)}, "State": {"Status": "running"}}


def of(**proxies: str) -> dict[str, Any]:
    return {"proxies": {"default": proxies}}


def test_nobody_has_one() -> None:
    assert seen() == ServerProxy()


def test_only_the_shell_has_one() -> None:
    assert seen({"HTTPS_PROXY": SECRET}) == ServerProxy(here="proxy.example:3128")
    assert seen({"https_proxy": "proxy.example:3128"}).here == "proxy.example:3128"
    assert seen({"ALL_PROXY": SECRET}).here == "proxy.example:3128"
    assert seen({"HTTP_PROXY": SECRET}).here == ""  # not for https


@pytest.mark.parametrize("left_out", ["*", "huggingface.co", ".co", "a.example, co"])
def test_what_is_left_out(left_out: str) -> None:
    assert seen({"HTTPS_PROXY": SECRET, "NO_PROXY": left_out}).here == ""
    config = of(httpsProxy=SECRET, noProxy=left_out)
    assert seen(config=config).there == ""


def test_docker_s_own_config_gives_one_to_every_container() -> None:
    fact = seen(config=of(httpsProxy=SECRET))
    assert (fact.there, fact.place, fact.there_in) == ("proxy.example:3128", "config", CONFIG)
    fact = seen({"DOCKER_CONFIG": "/home/ada/.docker/"}, of(httpsProxy=SECRET))
    assert fact.place == "config"


@pytest.mark.parametrize(
    "config",
    [[], {}, {"proxies": 5}, {"proxies": {"default": [1]}}, of(httpsProxy="http://[")],
)
def test_a_config_that_has_none(config: Any) -> None:
    assert seen(config=config) == ServerProxy()


def test_a_container_that_is_there_has_all_that_it_was_given() -> None:
    fact = seen(config=of(httpsProxy=SECRET), container=made(f"https_proxy={SECRET}"))
    assert (fact.there, fact.place) == ("proxy.example:3128", "container")
    assert seen(config=of(httpsProxy=SECRET), container=made("A=b")) == ServerProxy()


def test_an_image_may_have_one() -> None:
    fact = seen(image=("HTTPS_PROXY=http://10.0.0.1:80", "no_proxy=x"))
    assert (fact.there, fact.place) == ("10.0.0.1:80", "image")


@pytest.mark.parametrize(
    ("proxy", "loops"),
    [
        ("http://localhost:3128", True),
        ("http://127.0.1.1:3128", True),
        ("http://[::1]:3128", True),
        ("localhost", True),
        ("http://localhost.example:3128", False),
    ],
)
def test_an_address_that_is_the_container_itself(proxy: str, loops: bool) -> None:
    assert in_container(seen(config=of(httpsProxy=proxy)).there) is loops


def test_a_command_hands_on_what_it_names() -> None:
    command = taken(guide((TOKEN, "--env https_proxy=http://10.0.0.2:80")))
    facts = {"given-command": taken(guide((TOKEN, "--env HTTPS_PROXY"))), "env-files": ()}
    fact = seen({"HTTPS_PROXY": SECRET}, facts=facts)
    assert (fact.here, fact.there, fact.place) == ("proxy.example:3128",) * 2 + ("command",)
    assert seen({}, facts=facts).there == ""  # its value is the shell's, which has none
    fact = seen({}, of(httpsProxy=SECRET), facts={"given-command": command, "env-files": ()})
    assert (fact.there, fact.place) == ("10.0.0.2:80", "command")


def test_a_file_of_variables_hands_one_on() -> None:
    facts = {
        "given-command": taken(guide()),
        "env-files": (EnvFile("x.env", proxies={"HTTPS_PROXY": "http://proxy.example:3128"}),),
    }
    fact = seen({}, facts=facts)
    assert (fact.there, fact.place, fact.there_in) == ("proxy.example:3128", "file", "x.env")
