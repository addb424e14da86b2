"""What is asked, and of whom."""

from __future__ import annotations

import json
from typing import Any

import pytest

from triton_doctor.launching.asking import (
    Answered,
    Sampling,
    address,
    body,
    is_old,
    parameter,
    server_url,
)
from triton_doctor.values import Unfit


def test_a_request() -> None:
    request = body("Hi", Sampling(8, stop=("x",), more=(("min_p", 0.1),)), stream=True)
    assert request["text_input"] == "Hi"
    assert request["stream"] is True
    fields = json.loads(request["sampling_parameters"])
    assert fields == {"max_tokens": 8, "stop": ["x"], "min_p": 0.1}


def test_sampling_parameters_are_always_there() -> None:
    """Without them, keys that an old backend does not know would be taken for some."""
    assert body("Hi", Sampling(None), stream=True)["sampling_parameters"] == "{}"


def test_the_prompt_is_left_out_of_a_whole_answer() -> None:
    assert body("Hi", Sampling(), stream=False)["exclude_input_in_output"] is True
    assert "exclude_input_in_output" not in body("Hi", Sampling(), stream=True)


def test_a_named_parameter_gives_way_to_the_same_of_param() -> None:
    assert Sampling(8, more=(("max_tokens", 9),)).fields() == {"max_tokens": 9}


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("localhost:8000", "http://localhost:8000"),
        ("http://localhost:8000/", "http://localhost:8000"),
        (" https://gpu-box/triton/ ", "https://gpu-box/triton"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("10.0.0.1", "http://10.0.0.1"),
    ],
)
def test_addresses(given: str, made: str) -> None:
    assert server_url(given) == made


@pytest.mark.parametrize(
    "given",
    [
        *("", "http://", "ftp://x", "http://x:99999", "http://x:y", "http://[::1", "http://x:0"),
        *("http://a b", "http://a\nb", "http://u:p@x", "http://x?q", "http://x#f"),
    ],
)
def test_what_is_no_address(given: str) -> None:
    with pytest.raises(Unfit):
        server_url(given)


def test_a_models_name_is_one_part_of_the_path() -> None:
    assert (
        address("http://x", "a/b c", stream=True) == "http://x/v2/models/a%2Fb%20c/generate_stream"
    )
    assert address("http://x", "gemma", stream=False) == "http://x/v2/models/gemma/generate"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("min_p=0.1", ("min_p", 0.1)),
        ('stop=["a", "b=c"]', ("stop", ["a", "b=c"])),
        ('lora_name="x"', ("lora_name", "x")),
        ("ignore_eos=true", ("ignore_eos", True)),
    ],
)
def test_parameters(given: str, made: tuple[str, Any]) -> None:
    assert parameter(given) == made


@pytest.mark.parametrize("given", ["", "min_p", "=1", "a=", "a=yes", "a='x'", "a=" + "[" * 99_999])
def test_what_is_no_parameter(given: str) -> None:
    with pytest.raises(Unfit):
        parameter(given)


@pytest.mark.parametrize(
    ("version", "old"), [("2.43.0", True), ("2.44.0", False), ("2.51.0", False), ("x", False)]
)
def test_servers_that_repeat_the_prompt(version: str, old: bool) -> None:
    assert is_old(version) is old


def test_speed_is_that_after_the_first_token() -> None:
    assert Answered(1.0, 3.0, "x", tokens=5).per_second == 2.0
    assert Answered(1.0, 3.0, "x", tokens=1).per_second is None
    assert Answered(None, 3.0, "").per_second is None
    assert Answered(1.0, 1.0, "x", tokens=5).per_second is None


def test_words_that_came_all_together_tell_no_speed() -> None:
    """As when the bytes of a letter wait for its last one."""
    assert Answered(1.78, 1.7801, "x", tokens=5, at_first=5).per_second is None
    assert Answered(1.0, 3.0, "x", tokens=9, at_first=5).per_second == 2.0


def test_speed_of_an_answer_that_was_not_streamed_is_that_of_the_whole() -> None:
    assert Answered(None, 2.0, "x", tokens=5, streamed=False).per_second == 2.5
    assert Answered(None, 2.0, "x", streamed=False).per_second is None
