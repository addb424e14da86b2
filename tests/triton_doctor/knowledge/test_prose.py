"""Paragraphs are joined; what is set on lines of its own stays there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triton_doctor.knowledge.prose import unfold


def test_paragraphs_are_joined_and_commands_are_not() -> None:
    text = """
Start the
service:

    sudo systemctl start docker
    sudo systemctl status docker

- one item that
  goes on
- another

1. first
2. second
"""
    assert unfold(text) == (
        "Start the service:\n\n    sudo systemctl start docker\n"
        "    sudo systemctl status docker\n\n"
        "- one item that goes on\n- another\n\n1. first\n2. second"
    )


@given(st.text(alphabet="ab -\n1.", max_size=60))
def test_no_word_is_lost_and_twice_is_as_once(text: str) -> None:
    once = unfold(text)
    assert once.split() == text.split()
    assert unfold(once) == once
