"""What is taken out of everything that is shown."""

from __future__ import annotations

import pytest

from triton_doctor.redact import clean


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
