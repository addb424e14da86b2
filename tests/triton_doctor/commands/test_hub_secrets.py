"""A token in every place where the Hub's verdict comes by: it goes to the Hub, and nowhere else."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.ports import refusing
from tests.stand_in_hub import Account, Answer, Repo, StandInHub, said
from tests.triton_doctor.commands.place import Place
from tests.triton_doctor.commands.test_fix_secrets import watched

# One for each place; a form that every pattern knows and one that none does.
VARIABLE, FILE, HOME, SETTINGS, ENV_FILE = (
    f"hf_{name}CaNaRyXq7Zz{'0Kk9' * 6}" for name in ("va", "fi", "ho", "se", "en")
)
DOCKER, LOG = "ZG9DYU5hUnk6c2VjcmV0Q2FOYVJ5", "hf_" + "lOgCaNaRy7" * 3
PROXY = "pRoXyCaNaRy7Zz"
EVERY = (VARIABLE, FILE, HOME, SETTINGS, ENV_FILE, DOCKER, LOG, PROXY)
CONFIG = {
    "auths": {"r": {"auth": DOCKER}},
    "proxies": {"default": {"httpProxy": f"http://ada:{PROXY}@proxy.example:3128"}},
}
GATED, OPEN = "google/gemma-2b", "facebook/opt-125m"
ALL = ("--select", "token,network,weights")
TOGETHER = ("--select", "token,network,docker,command", "--timeout", "60")
pytestmark = pytest.mark.unmeasured


@pytest.fixture
def full(place: Place) -> Place:
    """A deployment with a secret in each place that a run may look at."""
    place.arguments.write_text(json.dumps({"model": GATED, "hf_token": SETTINGS}))
    hub = place.home / ".cache/huggingface"
    hub.mkdir(parents=True)
    (place.home / ".docker").mkdir()
    for path, text in {
        hub / "token": HOME,
        place.home / ".docker/config.json": json.dumps(CONFIG),
        place.here / "token.txt": f"{FILE}\n",
        place.here / "secrets.env": f'HF_TOKEN="{ENV_FILE}"\n',
        place.here / "server.log": f"hf_token={LOG}\n401 Client Error: Unauthorized {LOG}\n",
    }.items():
        path.write_text(text)
    return place


def nowhere(data: str | bytes) -> None:
    raw = data.encode() if isinstance(data, str) else data
    assert [one for one in EVERY if one.encode() in raw] == [], raw.decode("utf-8", "replace")


def files(place: Place) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in place.root.rglob("*") if path.is_file()}


def runs(place: Place, env: Mapping[str, str]) -> list[dict[str, Any]]:
    """Runs of each kind, seen from outside; the reports of those that gave JSON."""
    before = files(place)
    command = f"docker run --env-file secrets.env -v $PWD/model_repository:/models {'x' * 3}"
    lines = (
        (*TOGETHER, "--format", "json", "--show-account"),
        (*TOGETHER, "--format", "json", "--token-file", "token.txt"),
        (*TOGETHER, "--output", "report.json"),
        ("command", "--check", "--select", "token,network,command", "--", *command.split()),
        ("logs", "server.log"),
    )
    with watched() as seen:
        done = [place.doctor(*line, **env) for line in lines]
    for one in done:
        assert "Traceback" not in one.stderr, one.stderr
        nowhere(one.stdout + one.stderr)
    nowhere(b"\n".join(seen))
    new = {path: body for path, body in files(place).items() if before.get(path) != body}
    assert [path.name for path in new] == ["report.json"]
    for body in new.values():
        nowhere(body)
    return [json.loads(one.stdout) for one in done[:2]]


def named(report: Mapping[str, Any], area: str) -> list[str]:
    found = report["findings"]
    return [one["problem"] for one in found if one["problem"].startswith(f"{area}/")]


@pytest.mark.parametrize("version", ["new", "old"])
def test_a_hub_that_knows_some_of_them(full: Place, version: str, older_hub: Path) -> None:
    models = {GATED: Repo(gated="manual"), OPEN: Repo()}
    path = os.pathsep.join([str(older_hub), os.environ.get("PYTHONPATH", "")])
    env = {"PYTHONPATH": path.rstrip(os.pathsep)} if version == "old" else {}
    with StandInHub(models, {SETTINGS: Account(), VARIABLE: Account()}) as hub:
        reports = runs(full, {"HF_TOKEN": VARIABLE, "HF_ENDPOINT": hub.url, **env})
    assert named(reports[0], "token") == ["token/no-access"]
    assert "ada" in json.dumps(reports[0])
    assert "ada" not in json.dumps(reports[1]["facts"]["hub-models"])
    assert {SETTINGS, VARIABLE} <= set(hub.tokens)
    assert {HOME, ENV_FILE, LOG, DOCKER} & set(hub.tokens) == set()


def test_a_hub_that_repeats_what_it_was_sent(full: Place) -> None:
    text = f"no such token: {SETTINGS} {VARIABLE} {FILE}"
    with StandInHub(always=said(401, text)) as hub:
        runs(full, {"HF_TOKEN": VARIABLE, "HF_ENDPOINT": hub.url})
    page = Answer(200, f"<html>{SETTINGS}".encode(), {"Content-Type": "text/html"})
    with StandInHub(always=page) as hub:
        reports = runs(full, {"HF_TOKEN": VARIABLE, "HF_ENDPOINT": hub.url})
    assert "network/hub-unreachable" in named(reports[0], "network")


def test_a_way_that_is_not_free(full: Place) -> None:
    """An unknown certificate, and a proxy with a password: no token leaves the machine."""
    with StandInHub(tls=trustme.CA()) as hub:
        reports = runs(full, {"HF_TOKEN": VARIABLE, "HF_ENDPOINT": hub.url})
    assert hub.tokens == []
    assert "network/hub-unreachable" in named(reports[0], "network")
    with refusing() as port:
        proxy = f"http://ada:{DOCKER}@127.0.0.1:{port}"
        env = {"HF_ENDPOINT": "https://hub.example", "HTTPS_PROXY": proxy}
        reports = runs(full, {"HF_TOKEN": VARIABLE, **env})
    titles = [one["title"] for one in reports[0]["findings"]]
    assert any(one.startswith("The proxy gives no way to the Hub") for one in titles), titles


def test_a_silent_hub_is_given_up(full: Place) -> None:
    """One that accepts and never answers; how long that takes is what benchmark_hub.py tells."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        report = json.loads(full.doctor(*ALL, "--format", "json", HF_ENDPOINT=url).stdout)
    assert named(report, "network")[0] == "network/hub-unreachable"
    assert "gave no answer in time" in report["findings"][0]["title"]
