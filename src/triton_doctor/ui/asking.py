"""Questions to the person at the terminal; Ctrl-C and the end of input: KeyboardInterrupt."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import questionary
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from questionary.prompts.common import InquirerControl

from triton_doctor.record import Record
from triton_doctor.ui.plain import fit

_STYLE = questionary.Style([("qmark", "bold"), ("question", "bold"), ("answer", "bold")])


class Choice(Record, frozen=True):
    """One answer: its letter, and what stands beside it."""

    letter: str
    title: str


def choose(message: str, hint: str, choices: Sequence[Choice], default: str) -> str:
    """The letter of the answer, picked with the arrow keys and Enter, or with its letter alone."""
    listed = {one.letter: f"{one.letter}  {_fit(one.title)}" for one in choices}
    question = questionary.select(
        _fit(message),
        choices=[questionary.Choice(title, value=letter) for letter, title in listed.items()],
        default=default,
        qmark="?",
        pointer=">",
        instruction=_fit(hint),
        style=_STYLE,
    )
    app = question.application
    assert app.key_bindings is not None  # noqa: S101 - questionary gives its own
    app.key_bindings = merge_key_bindings([app.key_bindings, _letters(app, list(listed))])
    return str(_asked(question))


def _letters(app: Any, letters: Sequence[str]) -> KeyBindings:
    """A letter answers at once, as Enter on its line would."""
    control = next(
        one for one in app.layout.find_all_controls() if isinstance(one, InquirerControl)
    )
    bindings = KeyBindings()

    def bind(number: int, letter: str) -> None:
        def answer(event: KeyPressEvent) -> None:
            control.pointed_at = number
            control.is_answered = True
            event.app.exit(result=letter)

        for key in (letter, letter.upper()):
            bindings.add(key)(answer)

    for number, letter in enumerate(letters):
        bind(number, letter)
    return bindings


def confirm(message: str, *, default: bool) -> bool:
    return bool(_asked(questionary.confirm(_fit(message), default=default, style=_STYLE)))


def text(message: str, default: str, check: Callable[[str], str]) -> str:
    """A line of text. check: what is wrong with it, or nothing."""
    question = questionary.text(
        _fit(message), default=default, style=_STYLE, validate=lambda one: _fit(check(one)) or True
    )
    return str(_asked(question)).strip()


def secret(message: str) -> str:
    """A text that is shown nowhere."""
    return str(_asked(questionary.password(_fit(message), style=_STYLE)))


def _asked(question: questionary.Question) -> Any:
    try:
        return question.unsafe_ask()
    except EOFError:
        raise KeyboardInterrupt from None


def _fit(words: str) -> str:
    return fit(words, sys.stdout.encoding or "ascii")
