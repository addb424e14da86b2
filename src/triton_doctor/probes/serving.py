"""Whether the deployment's running server answers: its health, and one tiny real request a model.

The health addresses stay 200 after the engine behind them has died, so only a request tells. It
asks for a single token, which changes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from urllib.parse import quote

from triton_doctor.host.protocol import HttpReply
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.containers import Container, containers
from triton_doctor.probes.docker_engine import docker_engine
from triton_doctor.probes.system import system
from triton_doctor.record import Record
from triton_doctor.redact import clean

INSIDE = 8000  # where the server listens for HTTP in its container, by default
HEALTH_TIMEOUT = 1.5
REQUEST_TIMEOUT = 4.5
INDEX = "/v2/repository/index"  # POST, in every control mode: what is in the repository
OK = 200
# Seconds that all requests may take together: what is left over is not asked.
BUDGET = 5.0
_ERROR = re.compile(rb'"error"\s*:\s*"((?:[^"\\]|\\.)*)"')
_JSON = {"Content-Type": "application/json"}
_ASKED = (HEALTH_TIMEOUT, _JSON, b"{}")  # of the index: all of it
_ALL_ADDRESSES = ("", "0.0.0.0", "::")  # noqa: S104 - compared, never bound


class Answer(Record, frozen=True):
    """A model's answer. ready, status: HTTP codes, 0 = none; error: of either reply, without
    secrets; trouble: empty, not-ready, slow (no end in time), lost (broken off) or unasked."""

    model: str
    ready: int = 0
    status: int = 0
    error: str = ""
    trouble: str = ""


class Serving(Record, frozen=True):
    """trouble: empty if the server answers; not-running; not-published: no host port leads to it;
    elsewhere: the engine's ports are not this machine's; refused: nothing answers yet, or any more;
    silent: it takes connections and does not answer. live, ready: HTTP codes of the server."""

    trouble: str
    address: str = ""
    live: int = 0
    ready: int = 0
    models: tuple[Answer, ...] = ()


@probe("serving", doing="asking the running server", timeout=10.0)
def serving(ask: Asking) -> Serving:
    """Ask the container of the deployment's name, if it runs, through its published port."""
    own = ask.fact(containers).named(ask.deployment.name)
    if own is None or own.state != "running":
        return Serving("not-running")
    if ask.fact(docker_engine).remote or ask.fact(system).in_container:
        return Serving("elsewhere")
    address = address_of(own)
    if not address:
        return Serving("not-published")
    try:
        live = _get(ask, address, "/v2/health/live").status
        ready = _get(ask, address, "/v2/health/ready").status
    except TimeoutError:
        return Serving("silent", address)
    except OSError:  # a forwarder takes the connection and drops it while nobody listens inside
        return Serving("refused", address)
    return Serving("", address, live, ready, _models(ask, address))


def address_of(container: Container) -> str:
    """host:port of this machine that leads to the server's HTTP port; empty if none does."""
    if container.network == "host":
        return f"127.0.0.1:{INSIDE}"
    ways = [item for item in container.published if item.inside == INSIDE]
    if not ways:
        return ""
    host = ways[0].address
    host = "127.0.0.1" if host in _ALL_ADDRESSES else host
    return f"[{host}]:{ways[0].port}" if ":" in host else f"{host}:{ways[0].port}"


def _models(ask: Asking, address: str) -> tuple[Answer, ...]:
    end = ask.host.now() + BUDGET
    found = []
    for model in _named(ask, address):
        left = end - ask.host.now()
        if left < 1:
            found.append(Answer(model, trouble="unasked"))
        else:
            found.append(_model(ask, address, model, min(left, REQUEST_TIMEOUT)))
    return tuple(found)


def _named(ask: Asking, address: str) -> Sequence[str]:
    """Those that the deployment names; where all are loaded, those that the server says it has."""
    if not ask.deployment.loads_all:
        return ask.deployment.model
    try:
        return ready_models(ask.host.http("POST", f"http://{address}{INDEX}", *_ASKED))
    except OSError:
        return ()  # what the server's own readiness says stands


def ready_models(index: HttpReply) -> list[str]:
    """The names in the server's index that are ready; none where it is no such index."""
    try:
        told = json.loads(index.body) if index.status == OK else []
    except ValueError:
        return []
    rows = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return sorted(str(one.get("name")) for one in rows if one.get("state") == "READY")


def _model(ask: Asking, address: str, model: str, timeout: float) -> Answer:
    body = {"text_input": "Hi", "parameters": {"stream": False, "max_tokens": 1}}
    ready = 0
    try:
        path = f"/v2/models/{quote(model, safe='')}"
        reply = _get(ask, address, f"{path}/ready")
        ready = reply.status
        if ready != OK:
            return Answer(model, ready, error=_error(reply), trouble="not-ready")
        reply = ask.host.http(
            "POST",
            f"http://{address}{path}/generate_stream",
            timeout,
            _JSON,
            json.dumps(body).encode(),
        )
    except TimeoutError:
        return Answer(model, ready, trouble="slow")
    except OSError as error:
        return Answer(model, ready, error=clean(str(error)), trouble="lost")
    return Answer(model, ready, reply.status, _error(reply))


def _get(ask: Asking, address: str, path: str) -> HttpReply:
    return ask.host.http("GET", f"http://{address}{path}", HEALTH_TIMEOUT)


def _error(reply: HttpReply) -> str:
    """The server's sentence: it may stand in a reply of status 200 as well."""
    match = _ERROR.search(reply.body)
    if match:
        try:
            return clean(str(json.loads(b'"' + match[1] + b'"')))[:400]
        except ValueError:
            return clean(match[1].decode("utf-8", "replace"))[:400]
    plain = reply.body.decode("utf-8", "replace").strip()
    return "" if reply.status == 200 else clean(plain)[:400]
