"""What the docker command hands on from config.json, a container of `launch` gets too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from triton_doctor.host.launcher import with_proxies

ENGINE = "unix:///var/run/docker.sock"


@pytest.mark.parametrize(
    ("proxies", "given", "expected"),
    [
        (None, ["A=1"], ["A=1"]),
        ({"default": {}}, ["A=1"], ["A=1"]),
        (
            {"default": {"httpsProxy": "http://p:3128", "noProxy": ""}},
            ["A=1"],
            ["HTTPS_PROXY=http://p:3128", "https_proxy=http://p:3128", "A=1"],
        ),
        (
            {"default": {"httpProxy": "http://p:3128", "allProxy": "socks5://s"}},
            ["HTTP_PROXY=http://own", "all_proxy="],
            [
                "http_proxy=http://p:3128",
                "ALL_PROXY=socks5://s",
                "HTTP_PROXY=http://own",
                "all_proxy=",
            ],
        ),
        (
            {ENGINE: {"ftpProxy": "http://here"}, "default": {"ftpProxy": "http://p"}},
            [],
            ["FTP_PROXY=http://here", "ftp_proxy=http://here"],
        ),
        ({"tcp://other:2375": {"httpProxy": "http://p"}}, ["A=1"], ["A=1"]),
        (["httpProxy"], ["A=1"], ["A=1"]),
        ({"default": {"httpProxy": 3128}}, ["A=1"], ["A=1"]),
    ],
)
def test_the_proxies_of_config_json(
    proxies: Any,
    given: list[str],
    expected: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    content = {} if proxies is None else {"proxies": proxies}
    (tmp_path / "config.json").write_text(json.dumps(content))
    assert with_proxies(given, ENGINE) == expected


@pytest.mark.parametrize("text", ["[]", "no JSON", '"text"'])
def test_a_config_json_that_is_none(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    (tmp_path / "config.json").write_text(text)
    assert with_proxies(["A=1"], ENGINE) == ["A=1"]
