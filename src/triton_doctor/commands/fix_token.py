"""Asking for a Hugging Face token: without echo, looked at, and tried at the Hub."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from triton_doctor.host.hub import HubTrouble, Secret
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge.house import Phrases
from triton_doctor.lines import Line, paragraph
from triton_doctor.probes.hub_door import endpoint
from triton_doctor.probes.token_shape import Shape, shape
from triton_doctor.redact import clean
from triton_doctor.repairs import AskToken, Fix

PAGE = "https://huggingface.co/settings/tokens"
TIMEOUT = 5.0  # s
_REFUSED = (401, 403)
Told = Literal["valid", "refused", "untested"]


class NoToken(Exception):
    """Nothing was given; the text is the reason."""


class TokenAsking:
    """asks: shows a question and gives the answer; None where nobody is there to be asked."""

    def __init__(
        self,
        host: Host,
        say: Phrases,
        asks: Callable[[str], str] | None,
        write: Callable[[Iterable[Line]], None],
        width: int,
    ) -> None:
        self._host, self._say, self._asks = host, say, asks
        self._write, self._width = write, width

    def answers(self, fix: Fix, *, offline: bool) -> dict[str, str]:
        """The text of each file that wants a token. NoToken where there is none to be had."""
        paths = [step.act.path for step in fix.steps if isinstance(step.act, AskToken)]
        if not paths:
            return {}
        if self._asks is None:
            raise NoToken(self._say("fix", "no-token"))
        token = self._asked(self._asks, offline)
        return dict.fromkeys(paths, token)

    def _asked(self, asks: Callable[[str], str], offline: bool) -> str:
        self._tell("where-from", page=PAGE)
        while True:
            token = asks(self._say("token", "ask")).strip()
            if not token:
                raise NoToken(self._say("fix", "token-declined"))
            wrong = odd(shape(token))
            if wrong:
                self._tell("shape", why=self._say("token", wrong))
                continue
            told, why = ("untested", "--offline") if offline else tried(self._host, token)
            self._tell(told, why=why)
            if told != "refused":
                return token

    def _tell(self, key: str, **values: object) -> None:
        self._write(paragraph(self._say("token", key, **values), self._width))


def odd(seen: Shape) -> str | None:
    """What speaks against this being a token: a key under [token]."""
    if seen.prefix == "other-service":
        return "other-service"
    faults = {
        "variable": seen.unexpanded,
        "placeholder": seen.placeholder,
        "quoted": seen.quoted,
        "blank": seen.blank_inside or seen.blank_ends,
        "signs": seen.foreign or seen.odd,
        "short": seen.length == "short",
        "long": seen.length == "long",
    }
    return next((name for name, so in faults.items() if so), None)


def tried(host: Host, token: str) -> tuple[Told, str]:
    """What the Hub says to a token, and why it said nothing; the token goes into a header only."""
    try:
        host.hub(endpoint(host), Secret(token)).whoami(TIMEOUT)
    except HubTrouble as trouble:
        if trouble.status in _REFUSED:
            return "refused", ""
        return "untested", clean(trouble.text) or f"HTTP {trouble.status}"
    return "valid", ""
