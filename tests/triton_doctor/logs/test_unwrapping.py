"""What is put around a message, and what is left of it."""

from __future__ import annotations

import pytest

from triton_doctor.logs.unwrapping import unwrapped

WILDCARD = "Wildcard model name '*' must be the ONLY startup model if specified at all."


@pytest.mark.parametrize(
    ("text", "inner", "model"),
    [
        (f"error: creating server: Invalid argument - {WILDCARD}", WILDCARD, ""),
        ("failed to load 'a' version 1: Not found: no library", "no library", "a"),
        ('{"error":"load failed for model \'a\': no luck;\\n"}', "no luck;", "a"),
        (
            "tritonclient.utils.InferenceServerException: [StatusCode.INTERNAL] no luck",
            "no luck",
            "",
        ),
    ],
)
def test_the_layers_come_off(text: str, inner: str, model: str) -> None:
    told = unwrapped(text)
    assert (told.text, told.model) == (inner, model)
