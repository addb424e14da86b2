"""Questions to a stand-in Hub, and what is looked at in every trouble."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from triton_doctor.host.hub import Hub, HubTrouble, Secret
from triton_doctor.host.local import LocalHost

TOKEN = "hf_" + "cAnArYhUb7qW" * 3
GATED, OPEN = "google/gemma-2b", "facebook/opt-125m"
SOON = 20.0  # s
Ask = Callable[[Hub], object]


def there(url: str, token: str | None = TOKEN) -> Hub:
    return LocalHost().hub(url, Secret(token) if token else None)


def trouble(url: str, ask: Ask | None = None, token: str | None = TOKEN) -> HubTrouble:
    ask = ask or (lambda hub: hub.model(OPEN, SOON))
    began = time.monotonic()
    with pytest.raises(HubTrouble) as caught:
        ask(there(url, token))
    assert time.monotonic() - began < SOON + 60
    seen = caught.value
    # Nothing hangs on it in which a library may have put the request.
    assert (token or TOKEN) not in f"{seen!r} {seen.args} {vars(seen)}"
    assert (seen.__cause__, seen.__context__) == (None, None)
    return seen
