"""Asks an HTTP server that may not be up yet."""

from __future__ import annotations

import json
import time
import urllib.request


def fetch(url: str, body: object = None, patience: float = 120) -> str:
    """The reply's text, asked for until somebody answers there or `patience` seconds are over.

    `body` is sent as JSON by POST. An answer other than 2xx is asked for again, like none.
    """
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data)
    deadline = time.monotonic() + patience
    while True:
        reply = _reply(request)
        if isinstance(reply, str):
            return reply
        if time.monotonic() > deadline:
            raise reply
        time.sleep(0.1)


def _reply(request: urllib.request.Request) -> str | OSError:
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return str(reply.read().decode())
    except OSError as error:
        return error
