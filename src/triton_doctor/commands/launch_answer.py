"""The smoke request: one real question to a server that says it is ready."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress

from triton_doctor.commands.ask_request import Waits, stream
from triton_doctor.deployment import Deployment
from triton_doctor.host.protocol import Host
from triton_doctor.launching.asking import Answered, Sampling
from triton_doctor.probes.serving import INDEX, ready_models
from triton_doctor.redact import calm

TOKENS = 48  # enough for a sentence or two, and soon over on a slow machine
_TIMEOUT = 5.0


def smoke(
    address: str, model: str, prompt: str, patience: float, write: Callable[[str], None]
) -> Answered:
    url = f"http://{address}"
    return stream(url, model, prompt, Sampling(max_tokens=TOKENS), write, Waits(patience))


def model_to_ask(host: Host, address: str, deployment: Deployment) -> str:
    """The first model of the deployment that is ready, else the first that is; '' for none."""
    ready = _ready(host, address)
    return next((one for one in (*deployment.model, *ready) if one in ready), "")


def _ready(host: Host, address: str) -> list[str]:
    """The models that the server says are ready; its index is there in every control mode."""
    headers = {"Content-Type": "application/json"}
    try:
        reply = host.http("POST", f"http://{address}{INDEX}", _TIMEOUT, headers, b"{}")
    except OSError:
        return []
    return ready_models(reply)


def shown(piece: str) -> None:
    """A piece of the answer to the screen, as soon as it is there."""
    from triton_doctor.ui.plain import fit

    with suppress(BrokenPipeError):  # the reader went away; the server serves all the same
        sys.stdout.write(fit(calm(piece), sys.stdout.encoding or "ascii"))
        sys.stdout.flush()
