"""Options, environment and file: their order, and what is said of bad ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from triton_doctor.errors import UsageError
from triton_doctor.settings import resolve


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str) -> None:
    Path("triton-doctor.toml").write_text(text, "utf-8")


def test_the_defaults_are_the_guide_command() -> None:
    deployment, settings = resolve({}, {}, None)
    assert deployment.model == ("gemma",)
    assert deployment.image.endswith(":25.06-vllm-python-py3")
    assert (deployment.http_port, deployment.gpus, settings.fail_on) == (8000, "all", "error")


def test_option_beats_environment_beats_file() -> None:
    write("http-port = 1001\ngrpc_port = 1002\nmetrics-port = 1003\n")
    environ = {"TRITON_DOCTOR_HTTP_PORT": "2001", "TRITON_DOCTOR_GRPC_PORT": "2002"}
    deployment, _ = resolve({"http_port": "3001"}, environ, None)
    assert list(deployment.ports.values()) == [3001, 2002, 1003]


def test_a_repository_in_the_file_is_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/my.toml").write_text('repository = "models"\n')
    deployment, _ = resolve({}, {}, "deep/my.toml")
    assert deployment.repository == "deep/models"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('image = "x"\n\nhtp-port = 1\n', r"triton-doctor\.toml:3: htp-port: is not a setting"),
        ("# c\nhttp-port = 70000\n", r"triton-doctor\.toml:2: http-port: expected a port from 1"),
        ("http-port = true\n", r"toml:1: http-port: expected a port"),
        ('gpus = "two"\n', r"toml:1: gpus: expected all, none or GPU numbers"),
        ('image = "a\n', r"triton-doctor\.toml:1: is not valid TOML"),
        ("[deployment]\nname = 'x'\n", r"toml:1: deployment: is not a setting"),
        ('shm-size = "1x"\n', r"toml:1: shm-size: expected a size such as 64m"),
        ("select = 3\n", r"toml:1: select: expected a list of texts"),
        ('fail-on = "fatal"\n', r"toml:1: fail-on: expected one of note, warning"),
        ("jobs = 0\n", r"toml:1: jobs: expected a number above 0"),
        ('repository = "a\\u0000b"\n', r"toml:1: repository: expected a text without a zero byte"),
        ('model = ["a\\u0000b"]\n', r"toml:1: model: expected a text without a zero byte"),
        ('output = "a\\u0000b"\n', r"toml:1: output: expected a text without a zero byte"),
    ],
)
def test_a_bad_file_names_line_and_key(text: str, expected: str) -> None:
    write(text)
    with pytest.raises(UsageError, match=expected):
        resolve({}, {}, None)


def test_a_misspelt_key_is_guessed() -> None:
    write("htp-port = 1\n")
    with pytest.raises(UsageError, match=r"Did you mean http-port\?"):
        resolve({}, {}, None)


def test_a_byte_order_mark_in_the_file_does_no_harm() -> None:
    Path("triton-doctor.toml").write_bytes(b"\xef\xbb\xbfhttp-port = 9000\n")
    assert resolve({}, {}, None)[0].http_port == 9000


def test_a_file_that_is_not_utf8_is_told() -> None:
    Path("triton-doctor.toml").write_bytes("name = 'ab'".encode("utf-16"))
    with pytest.raises(UsageError, match="is not UTF-8"):
        resolve({}, {}, None)


def test_a_named_file_that_is_absent_is_told() -> None:
    with pytest.raises(UsageError, match=r"absent\.toml: cannot be read: No such file"):
        resolve({}, {}, "absent.toml")


def test_a_token_given_for_its_variable_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        resolve({"token_env": "hf_abcdefghijklmnop"}, {}, None)
    assert "hf_abc" not in str(caught.value)
    assert "--token-env" in str(caught.value)


def test_lists_take_commas_and_repetition() -> None:
    _, settings = resolve({"select": ("docker,gpu", "mount")}, {}, None)
    assert settings.select == ("docker", "gpu", "mount")


def test_further_repositories_and_the_control_mode() -> None:
    deployment, _ = resolve({"more_repositories": ("b", "c")}, {}, None)
    assert deployment.more_repositories == ("b", "c")
    deployment, _ = resolve({}, {"TRITON_DOCTOR_CONTROL_MODE": "poll"}, None)
    assert (deployment.control_mode, deployment.loads_all) == ("poll", True)
    with pytest.raises(UsageError, match="--control-mode: expected one of none, poll, explicit"):
        resolve({"control_mode": "strict"}, {}, None)


def test_the_home_of_somebody_who_is_not_there_is_a_name_like_others(tmp_path: Path) -> None:
    file = tmp_path / "triton-doctor.toml"
    file.write_text('repository = "~no-such-person/models"\n')
    deployment, _ = resolve({}, {}, str(file))
    assert deployment.repository == f"{tmp_path}/~no-such-person/models"


def test_further_repositories_in_the_file_are_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/my.toml").write_text('more-repositories = ["b", "/srv/c"]\n')
    deployment, _ = resolve({}, {}, "deep/my.toml")
    assert deployment.more_repositories == ("deep/b", "/srv/c")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("ALL", "all"),
        ("0,2", "0,2"),
        ("GPU-8932f937-d72c-4106-c12f-20bd9faed9f6", "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"),
        ("gpu-8932F937,mig-1a2b3c4d", "GPU-8932f937,MIG-1a2b3c4d"),
    ],
)
def test_gpus_by_number_and_uuid(given: str, meant: str) -> None:
    deployment, _ = resolve({"gpus": given}, {}, None)
    assert deployment.gpus == meant


@pytest.mark.parametrize("given", ["0,", "GPU-", "GPU-xyz12345", "1 2", "GPU-8932f937;ls"])
def test_gpus_that_name_nothing(given: str) -> None:
    with pytest.raises(UsageError, match="GPU numbers such as 0,1"):
        resolve({"gpus": given}, {}, None)
