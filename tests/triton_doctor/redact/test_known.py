"""What the machine must not tell, gathered from where it is kept."""

from __future__ import annotations

import base64
import json

from tests.canaries import LOGIN, PLAIN
from tests.fakes import FakeHost
from triton_doctor.deployment import Deployment
from triton_doctor.host.names import Names, names
from triton_doctor.redact.known import known_here


def secrets(host: FakeHost, **environ: str) -> tuple[str, ...]:
    return known_here(host, Deployment(token_env="MY_OWN"), environ, Names()).secrets


def test_variables_that_are_named_after_secrets() -> None:
    found = secrets(
        FakeHost(),
        MY_OWN=PLAIN,
        DB_PASSWORD="hunter22",
        HF_TOKEN_PATH="/a/b",
        TOKEN="$X",
        PATH="/bin",
    )
    assert found == (PLAIN, "hunter22")


def test_a_password_in_the_address_of_a_proxy() -> None:
    for address in ("http://svc:{}@proxy:3128", "svc:{}@proxy:3128"):
        assert secrets(FakeHost(), https_proxy=address.format(LOGIN)) == (LOGIN,)
    assert secrets(FakeHost(), HTTP_PROXY="http://svc:an@other@proxy:3128") == ("an@other",)
    assert secrets(FakeHost(), IMAGE="registry/name:a-long-tag@sha256:0") == ()


def test_token_files_and_logins() -> None:
    auth = base64.b64encode(f"ada:{LOGIN}".encode()).decode()
    config = {"auths": {"r": {"auth": auth}, "s": {"identitytoken": "identity-token-1"}, "t": 3}}
    files = {
        "/home/ada/.cache/huggingface/token": PLAIN.encode() + b"\n",
        "/home/ada/.docker/config.json": json.dumps(config).encode(),
        "/home/ada/.netrc": b"machine x login y password net-rc-pass",
        "/home/ada/.ngc/config": b"[CURRENT]\napikey = ngc-old-key\n",
    }
    found = secrets(FakeHost(files=files))
    assert set(found) == {PLAIN, LOGIN, auth, "identity-token-1", "net-rc-pass", "ngc-old-key"}


def test_files_that_are_broken_or_absent_are_no_trouble() -> None:
    files = {"/home/ada/.docker/config.json": b"\xff{"}
    assert secrets(FakeHost(files=files)) == ()


def test_this_machine_has_a_name_and_somebody_is_at_it() -> None:
    found = names({"SUDO_USER": "grace", "HOSTNAME": "box.example"})
    assert "grace" in found.users
    assert {"box.example", "box"} <= set(found.hosts)
    assert all(one not in found.homes for one in ("/root", "/", ""))
