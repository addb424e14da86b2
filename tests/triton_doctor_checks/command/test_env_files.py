"""A token in a file of --env-file: Docker hands on what stands there, quotes too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakeHost
from tests.triton_doctor_checks.command.reading import taken, verdict
from tests.triton_doctor_checks.command.test_commands import TOKEN, guide
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.probes.env_files import EnvFile, env_files
from triton_doctor.probes.given_command import Given, given_command

SECRET = "hf_" + "cAnArYhUb7qW" * 3
COMPOSE = "services:\n  triton:\n    image: x\n    env_file: secrets.env\n"


def command(env_file: str = "secrets.env") -> Given:
    return taken(guide(("-d", f"-d --env-file {env_file}"), (f"--env {TOKEN}", "")))


def seen(given: Given, text: str | bytes | Exception) -> tuple[EnvFile, ...]:
    body: Any = text.encode() if isinstance(text, str) else text
    host = FakeHost(files={"/home/ada/secrets.env": body})
    context = Context(host, Deployment(), Settings())
    context.hand(given_command, given)
    files = context.fact(env_files)
    assert SECRET not in repr(files)
    return files


@pytest.mark.parametrize(
    ("text", "line", "title"),
    [
        (f'# my token\nHF_TOKEN="{SECRET}"\n', 2, "has quotes around it, and Docker keeps them"),
        (f"HF_HOME=/x\r\nHUGGING_FACE_HUB_TOKEN='{SECRET}'\r\n", 2, "has quotes around it"),
        ("HF_TOKEN=$HF_TOKEN\n", 1, "holds the name of a variable"),
        ("HF_TOKEN=your_token_here\n", 1, "holds a placeholder"),
    ],
)
def test_a_token_that_docker_hands_on_spoilt(text: str, line: int, title: str) -> None:
    given = command()
    result = verdict(given, **{"env-files": seen(given, text)})
    (finding,) = [one for one in result.findings if one.problem == "token/invalid"]
    assert finding.where == f"secrets.env:{line}:1"
    assert title in finding.title
    assert SECRET not in repr(result)


def test_a_raw_file_of_compose_is_handed_on_as_it_stands() -> None:
    files = "env_file:\n      - plain.env\n      - path: secrets.env\n        format: raw\n"
    given = taken(COMPOSE.replace("env_file: secrets.env\n", files))
    (file,) = seen(given, f"HF_TOKEN='{SECRET}'\n")
    result = verdict(given, **{"env-files": (file,)})
    assert "secrets.env:1:1" in [one.where for one in result.findings]
    assert SECRET not in repr(result)


@pytest.mark.parametrize("text", [f"HF_TOKEN={SECRET}\n", "HF_TOKEN\n", f"# HF_TOKEN='{SECRET}'\n"])
def test_a_token_that_docker_hands_on_whole(text: str) -> None:
    given = command()
    assert "token/invalid" not in verdict(given, **{"env-files": seen(given, text)}).ids


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("http://ada:pAssw0rd@proxy:3128", "http://proxy:3128"),
        ("ada:pAssw0rd@proxy:3128", "proxy:3128"),
        ("http://ada:pAssw0rd@x@proxy:3128/", "http://proxy:3128/"),
        ("http://ada:pAssw0rd/x@proxy:3128", "http://proxy:3128"),
        ("proxy:3128", "proxy:3128"),
    ],
)
def test_a_proxy_is_kept_without_its_password(written: str, kept: str) -> None:
    (file,) = seen(command(), f"HTTPS_PROXY={written}\n")
    assert file.proxies == {"HTTPS_PROXY": kept}


def test_a_file_that_is_not_there() -> None:
    given = command()
    missing = seen(given, FileNotFoundError(2, "No such file or directory"))
    result = verdict(given, **{"env-files": missing})
    (finding,) = [one for one in result.findings if one.problem == "docker/bad-command"]
    assert finding.title.startswith("There is no file secrets.env")


def test_compose_takes_quotes_off() -> None:
    assert seen(taken(COMPOSE), f'HF_TOKEN="{SECRET}"') == ()


def test_what_cannot_be_read_or_forbids_downloads() -> None:
    assert seen(command(), PermissionError(13, "Permission denied"))[0].trouble
    assert seen(command(), b"\xff\xfeH\x00F\x00")[0].tokens == ()
    assert seen(command(), "A=b\nHF_HUB_OFFLINE=1\n")[0].offline == 2
    assert seen(command(), "HF_HUB_OFFLINE=0\n")[0].offline == 0
    assert seen(command(), "HF_ENDPOINT\n")[0].endpoint


def test_the_real_file(tmp_path: Path) -> None:
    """Through the real machine, by a path that the command has whole."""
    from triton_doctor.host.local import LocalHost

    (tmp_path / "t.env").write_text(f'\ufeffHF_TOKEN="{SECRET}"\n', "utf-8")
    context = Context(LocalHost(), Deployment(), Settings())
    context.hand(given_command, command(str(tmp_path / "t.env")))
    ((token,),) = [one.tokens for one in context.fact(env_files)]
    assert token.shape is not None
    assert token.shape.quoted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"export HF_TOKEN={SECRET}\n", "1: variable 'export HF_TOKEN' contains whitespaces"),
        (f"A=b\nHF_TOKEN = {SECRET}\n", "2: variable 'HF_TOKEN ' contains whitespaces"),
        (f"HF_TOKEN {SECRET}\n", "1: variable '...' contains whitespaces"),  # a token may be there
        (f"={SECRET}\n", "1: no variable name on line"),
        (f"  HF_TOKEN={SECRET}\n# a b\n\n", ""),
    ],
)
def test_a_line_for_which_docker_refuses_the_file(text: str, said: str) -> None:
    """Its words are those of docker 28, which was tried."""
    given = command()
    result = verdict(given, **{"env-files": seen(given, text)})
    refused = [one for one in result.findings if one.problem == "docker/bad-command"]
    told = [
        (one.where or "").split(":")[1] + ": " + one.title.partition(": ")[2] for one in refused
    ]
    assert told == ([said] if said else [])
    assert SECRET not in repr(result)


@pytest.mark.parametrize(
    ("lines", "quoted"),
    [
        (f'environment:\n      - HF_TOKEN="{SECRET}"', True),
        (f"environment:\n      - 'HF_TOKEN=\"{SECRET}\"'", True),
        (f'environment:\n      - "HF_TOKEN={SECRET}"', False),
        (f'environment:\n      HF_TOKEN: "{SECRET}"', False),
        ("environment:\n      - HF_TOKEN", False),
    ],
)
def test_quotes_in_a_compose_file(lines: str, quoted: bool) -> None:
    """In a list they are a part of the value, and YAML takes off only those around an item."""
    result = verdict(taken(f"services:\n  triton:\n    image: x\n    {lines}\n"))
    titles = [one.title for one in result.findings if one.problem == "token/invalid"]
    assert titles == (["The token in HF_TOKEN has quotes around it"] if quoted else [])
    assert SECRET not in repr(result)
