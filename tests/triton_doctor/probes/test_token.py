"""The token's fact: where one is set and what form it has, never what it is."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.fakes import FakeDocker, FakeHost, ask
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.token import Token, token
from triton_doctor.probes.token_reach import Passed, TokenReach, token_reach
from triton_doctor.probes.token_shape import Shape, shape

GOOD = "hf_" + "aB3dE5gH7j" * 3 + "kLmN"
HOME = "/home/ada"


def look(
    variables: dict[str, str] | None = None,
    files: dict[str, Any] | None = None,
    stats: dict[str, Any] | None = None,
    **deployment: Any,
) -> Token:
    host = FakeHost(variables=variables or {}, files=files or {}, stats=stats or {})
    fact: Token = ask(token, host, deployment=deployment)
    return fact


def test_a_good_token_has_no_fault() -> None:
    assert shape(GOOD) == Shape("usual", "hf")
    assert shape("hf_oauth_" + "eyJh.bGci-OiJ_" * 30) == Shape("long", "hf")
    assert shape("api_org_" + "a1B2" * 8) == Shape("usual", "api-org")


def test_letters_at_random_are_no_placeholder() -> None:
    assert not shape("hf_aYourTokenSecretB3dE5gH7jkLmN12xyzQ").placeholder


@pytest.mark.parametrize("value", ["", "  ", "\n", '""', "''"])
def test_nothing(value: str) -> None:
    assert shape(value).length == "empty"


@pytest.mark.parametrize(
    "value",
    [
        *(
            "your_token_here",
            "<token>",
            "<your-token>",
            "{{ hf_token }}",
            "hf_xxx",
            "hf_" + "x" * 34,
        ),
        *("hf_...", "hf_\u2026", "hf_your_token", "xxxxxxxx", "changeme", "hf_********", "[TOKEN]"),
    ],
)
def test_placeholders(value: str) -> None:
    assert shape(value).placeholder


@pytest.mark.parametrize(
    "value", ["$HF_TOKEN", "${HF_TOKEN}", "$env:HF_TOKEN", "%HF_TOKEN%", "'$HF_TOKEN'"]
)
def test_unexpanded(value: str) -> None:
    assert shape(value).unexpanded


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (f'"{GOOD}"', "quoted"),
        (f"{GOOD}'", "quoted"),
        (f"\u201c{GOOD}\u201d", "quoted"),
        (f" {GOOD}", "blank_ends"),
        (f"{GOOD}\r\n", "blank_ends"),
        (f"{GOOD[:20]}\n{GOOD[20:]}", "blank_inside"),
        (f"hf {GOOD}", "blank_inside"),
        (GOOD.replace("a", "\u0430"), "foreign"),
        (f"HF_TOKEN={GOOD};", "odd"),
    ],
)
def test_one_fault_each(value: str, told: str) -> None:
    assert getattr(shape(value), told)


@pytest.mark.parametrize("key", ["nvapi-" + "a" * 60, "ghp_" + "a" * 36, "sk-" + "a" * 40])
def test_keys_of_other_services(key: str) -> None:
    assert shape(key).prefix == "other-service"


def test_the_deployments_variable_comes_first() -> None:
    fact = look({"HF_TOKEN": GOOD, "HUGGING_FACE_HUB_TOKEN": "", "MINE": GOOD}, token_env="MINE")
    assert fact.asked is not None
    assert fact.asked.name == "MINE"
    assert [(one.name, one.present) for one in fact.others] == [
        ("HF_TOKEN", True),
        ("HUGGING_FACE_HUB_TOKEN", False),
    ]


@pytest.mark.parametrize(
    ("variables", "path", "shown"),
    [
        ({}, f"{HOME}/.cache/huggingface/token", "~/.cache/huggingface/token"),
        ({"XDG_CACHE_HOME": "/c"}, "/c/huggingface/token", "/c/huggingface/token"),
        ({"HF_HOME": "/hf"}, "/hf/token", "/hf/token"),
        ({"HF_HOME": "/hf", "HF_TOKEN_PATH": "/t"}, "/t", "/t"),
    ],
)
def test_the_token_file(variables: dict[str, str], path: str, shown: str) -> None:
    fact = look(variables, {path: f"{GOOD}\n".encode()})
    assert fact.file is not None
    assert (fact.file.name, fact.file.shape) == (shown, Shape("usual", "hf"))


def test_a_file_that_may_not_be_read_is_no_source() -> None:
    path = f"{HOME}/.cache/huggingface/token"
    assert look(files={path: PermissionError(13, "denied")}).file is None


def test_a_cache_folder_that_is_mounted() -> None:
    assert look(files={"/hf/token": GOOD.encode()}, cache_volume="/hf").mounted
    assert not look(cache_volume="/hf").mounted
    assert not look(files={"/hf/token": GOOD.encode()}, cache_volume="hf").mounted


def test_sudo() -> None:
    assert look({"SUDO_USER": "ada"}).sudo
    assert not look().sudo


@pytest.mark.parametrize("value", [GOOD, f'"{GOOD}"', f" {GOOD}\n", GOOD[:15], "p\u0430ss"])
def test_no_part_of_a_token_is_in_the_fact(value: str) -> None:
    variables = {"HF_TOKEN": value, "HUGGING_FACE_HUB_TOKEN": value, "HF_TOKEN_PATH": "/t"}
    fact = look(variables, {"/t": value.encode()})
    saved = msgspec.json.encode(fact).decode()
    core = value.strip(' \n"')
    for start in range(len(core) - 5):
        assert core[start : start + 6] not in saved


def reach(inspected: dict[str, Any] | None, volume: dict[str, Any] | None) -> TokenReach:
    """What Docker tells, on a fake engine."""
    host = FakeHost(engine=FakeDocker(inspect=inspected, volume=volume, image=None))
    return ask_with_engine(host)


def ask_with_engine(host: FakeHost) -> TokenReach:
    from triton_doctor.context import Context
    from triton_doctor.deployment import Deployment, Settings
    from triton_doctor.probes.base import Asking, Probe

    class Machine(Context):
        """A context in which the engine is known to answer."""

        host: Any

        def fact(self, probe: Probe[Any]) -> Any:
            return DockerEngine(endpoint="unix:///fake", source="default")

    machine: Any = Machine(host, Deployment(), Settings())
    machine.host = host
    asking: Asking = machine
    return token_reach.ask(asking)


def test_what_docker_tells_of_the_way() -> None:
    env = ["PATH=/bin", "HUGGING_FACE_HUB_TOKEN=", f"HF_TOKEN={GOOD}"]
    seen = {"Config": {"Env": env}, "State": {"Status": "exited"}}
    fact = reach(seen, {"Name": "triton_hf_cache"})
    passed = (Passed("HF_TOKEN", shape(GOOD)),)
    assert fact == TokenReach(True, "triton_vllm_server", "exited", passed)
    assert GOOD not in repr(fact)
    assert reach(None, None) == TokenReach(False)
