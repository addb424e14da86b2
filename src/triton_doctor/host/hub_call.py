"""Requests to the Hub through huggingface_hub: its session, and its reading of errors.

The calls of its HfApi are not used: they have no time limit of their own, try again for a minute,
and take a token from wherever one lies.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

from triton_doctor import __version__
from triton_doctor.host.hub import HubTrouble, Secret
from triton_doctor.host.hub_errors import answered, trouble

T = TypeVar("T")
_LIMIT = 16 << 20  # bytes; the metadata of a repository with thousands of files
_ERROR_LIMIT = 64 << 10  # bytes of an error's body
_PIECE = 1 << 16
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
_loading = threading.Lock()
_made: dict[tuple[type, str], Any] = {}  # clients by the certificates that they know


class Call:
    """The requests of one question, until a point of time."""

    def __init__(self, base: str, token: Secret | None, ends: float) -> None:
        self._base, self._token, self._ends = base, token, ends

    def guarded(self, work: Callable[[Call], T]) -> T | Exception:
        """What the work gives back, the trouble that it met, or a fault of the doctor's own."""
        try:
            return work(self)
        except (AttributeError, NameError, TypeError) as ours:
            return ours
        except HubTrouble as known:
            seen = known
        except Exception as error:  # noqa: BLE001 - whatever a library raises is a kind of trouble
            seen = trouble(error, self._proxied())
        return HubTrouble(seen.kind, self._clean(seen.text), seen.status, seen.code, seen.wait)

    def get(self, path: str, limit: int = _LIMIT) -> tuple[bytes, Any]:
        """Up to `limit` bytes of what lies there, and the answer's head."""
        with self._answer(self._base + path) as answer:
            if "text/html" in answer.headers.get("content-type", ""):
                raise HubTrouble("garbage", "a web page came in place of an answer")
            return self._body(answer, limit)[:limit], answer

    def _body(self, answer: Any, limit: int) -> bytes:
        pieces = getattr(answer, "iter_bytes", None) or answer.iter_content
        data = bytearray()
        for piece in pieces(_PIECE):
            data += piece
            if time.monotonic() > self._ends:
                raise HubTrouble("silent", "no whole answer in time")
            if len(data) >= limit:
                break
        return bytes(data)

    @contextmanager
    def _answer(self, url: str) -> Iterator[Any]:
        hub = _library()
        session, bundle = _session(hub)
        # Not the library's own headers: for them 2.4 asks the Hub for a list of AI agents first, to
        # tell it which one is at work here, and keeps that list in the user's cache.
        own = {"user-agent": f"triton-doctor/{__version__}", "accept-encoding": "identity"}
        if self._token:
            own["authorization"] = f"Bearer {self._token.reveal()}"
        options = {
            "headers": own,
            # Adds nothing. Without it requests puts what ~/.netrc has in the token's place.
            "auth": lambda request: request,
            "timeout": max(0.1, self._ends - time.monotonic()),
        }
        if _is_httpx(session):
            opened = session.stream("GET", url, **options)
        else:
            session.rebuild_auth = _stripping(session)
            opened = session.get(url, stream=True, verify=bundle or True, **options)
        with opened as answer:
            _raise(hub, answer)
            yield answer

    def _proxied(self) -> bool:
        from urllib.request import getproxies, proxy_bypass

        try:
            parts, known = urlsplit(self._base), getproxies()
        except ValueError:
            return False
        through = known.get(parts.scheme) or known.get("all")
        return bool(through) and not proxy_bypass(parts.netloc.rpartition("@")[2])

    def _clean(self, text: str) -> str:
        """A server may repeat what it was sent."""
        token = self._token.reveal().strip() if self._token else ""
        return text.replace(token, "[hidden]") if token else text


def parsed(data: bytes, kind: type[T]) -> T:
    """The JSON of an answer, of the kind that the Hub gives there."""
    try:
        answer = json.loads(data)
    except ValueError:
        answer = None
    if not isinstance(answer, kind):
        raise HubTrouble("garbage", "the answer is not one of the Hub's")
    return answer


def _library() -> Any:
    """huggingface_hub, which says nothing on the terminal, whatever a server would have it say."""
    import logging

    with _loading:
        from huggingface_hub import utils

        utils.logging.set_verbosity(logging.CRITICAL)
    return utils


def _session(hub: Any) -> tuple[Any, str | None]:
    """The library's session, and the certificates that the user's variables name, if any.

    requests reads two of these variables and httpx the third; here each counts with both.
    """
    session = hub.get_session()
    bundle = next((os.environ[name] for name in _BUNDLES if os.environ.get(name)), None)
    if bundle and _is_httpx(session):
        session = _knowing(session, bundle)
    return session, bundle


def _knowing(session: Any, bundle: str) -> Any:
    """A client like this one with the user's certificates, one for all requests of a run: to read a
    bundle of 140 takes longer than most questions to the Hub."""
    import ssl

    with _loading:
        if (type(session), bundle) not in _made:
            folder = os.path.isdir(bundle)
            known = ssl.create_default_context(
                cafile=None if folder else bundle, capath=bundle if folder else None
            )
            hooks = session.event_hooks
            _made[type(session), bundle] = type(session)(
                verify=known, event_hooks=hooks, follow_redirects=True
            )
    return _made[type(session), bundle]


def _stripping(session: Any) -> Callable[[Any, Any], None]:
    """What requests does at a redirect, without its look into ~/.netrc for the other host."""

    def strip(request: Any, answer: Any) -> None:
        if session.should_strip_auth(answer.request.url, request.url):
            request.headers.pop("authorization", None)

    return strip


def _is_httpx(session: Any) -> bool:
    return hasattr(session, "event_hooks")


def _raise(hub: Any, answer: Any) -> None:
    """An answer that is an error, with the library's reading of its body unless that is long."""
    if answer.status_code < 400:
        return
    length, text = answer.headers.get("content-length", ""), ""
    if length.isdigit() and int(length) <= _ERROR_LIMIT:
        try:
            hub.hf_raise_for_status(answer)
        except Exception as error:  # noqa: BLE001 - HfHubHTTPError, or a page that it cannot read
            text = getattr(error, "server_message", None) or ""
    raise answered(answer.status_code, answer.headers, text)
