"""What is taken out of everything that is shown."""

from __future__ import annotations

import pytest

from tests.canaries import BY_FORM
from triton_doctor import redact
from triton_doctor.redact import clean, keep_secret, starred, without_secrets


@pytest.mark.parametrize(
    "secret",
    [
        "hf_QwErTyUiOpAsDfGhJkLzXcVbNm",
        "nvapi-abcdefgh_1234-ABCD",
        "ghp_0123456789abcdefghij",
        "api_org_0123456789abcdef",
    ],
)
def test_tokens_are_hidden_wherever_they_stand(secret: str) -> None:
    for text in (secret, f"HF_TOKEN={secret}", f'"{secret}",', f"Bearer {secret}"):
        assert secret not in clean(text)
        assert "[hidden]" in clean(text)


def test_of_secrets_that_begin_alike_no_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "_kept", set())
    whole = "correct-horse-battery-staple"
    for length in range(8, len(whole) + 1):
        keep_secret(whole[:length])
    assert clean(f"it is {whole}.") == "it is [hidden]."
    assert without_secrets({whole: [whole]}) == {"[hidden]": ["[hidden]"]}


def test_a_password_in_an_address_is_hidden() -> None:
    assert clean("http://ada:s3cret@proxy:3128/x") == "http://[hidden]@proxy:3128/x"


def test_a_bearer_of_another_kind_is_hidden() -> None:
    assert clean("Authorization: Bearer abc.def-123456") == "Authorization: Bearer [hidden]"


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07red",
        "r\x00e\x9bd",
        "\u202ered\u202c",
        "re\rd",
        "\x1bcred",
    ],
)
def test_no_control_character_is_left(text: str) -> None:
    assert clean(text).isprintable()
    assert "red" in clean(text)


def test_plain_words_stay() -> None:
    text = "Zeile 1:\tmodel_repository/gemma → hf_cache\nline 2"
    assert clean(text) == text


@pytest.mark.parametrize("kind", BY_FORM)
@pytest.mark.parametrize("around", ["{}", "a {} b", '"x": "{}",', "\x1b[31m{}\x1b[0m", "\n{}\n"])
def test_a_secret_is_known_by_its_form(kind: str, around: str) -> None:
    text, parts = BY_FORM[kind]
    shown = clean(around.format(text))
    assert [part for part in parts if part in shown] == []
    assert "[hidden]" in shown


@pytest.mark.parametrize(
    "text",
    [
        "HF_TOKEN=$HF_TOKEN",
        'export HF_TOKEN="$(cat token)"',
        "HF_TOKEN_PATH=/run/secrets/hf",
        "HF_TOKEN=%HF_TOKEN%",
        "-e HF_TOKEN= nvcr.io/nvidia/tritonserver:25.06 x",
        "NGC_API_KEY: required",
        "max_num_batched_tokens=8192, tokenizer_mode=auto, skip_special_tokens=True",
        "eos_token='</s>', pad_token_id=0, bos_token=<s>",
        "error: unauthorized: authentication required",
        "basic authentication is not supported here",
        "the value of the bearer token is wrong",
        "nvcr.io/nvidia/tritonserver@sha256:0123456789abcdef0123456789abcdef",
        "Unexpected token '}' at line 3",
        "-p 8000:8000 --password-stdin",
        "hf_overrides={'architectures': ['x']}",
    ],
)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert clean(text) == text
    assert starred(text) == text


def test_a_token_that_a_table_broke_is_hidden_whole() -> None:
    token = BY_FORM["hugging face"][0]
    shown = clean(f"| {token[:20]} |\n| {token[20:]} | and more")
    assert shown == "| [hidden] | and more"
