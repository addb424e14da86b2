"""The Hub protocol on the real Hub, or on what HF_ENDPOINT names: one address a question."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from triton_doctor.host.hub import HubFile, HubFiles, HubTrouble, Secret
from triton_doctor.host.hub_call import Call, parsed

T = TypeVar("T")
_SHOWN = ("config", "disabled", "gated", "private", "safetensors")
_PAGES = 10  # of a thousand files


class HubApi:
    """endpoint: scheme, host and perhaps a path; token: sent with each question, and only there."""

    def __init__(self, endpoint: str, token: Secret | None) -> None:
        self._base = endpoint.rstrip("/")
        self._token = token
        self._who: dict[str, Any] | HubTrouble | None = None
        self._asking = threading.Lock()

    # ---- questions ------------------------------------------------------------------------

    def whoami(self, timeout: float) -> dict[str, Any]:
        with self._asking:
            if self._who is None:
                try:
                    self._who = self._table("/api/whoami-v2", timeout)
                except HubTrouble as trouble:
                    if trouble.kind != "answer":
                        raise  # the way may be free the next time
                    self._who = trouble
        if isinstance(self._who, HubTrouble):
            seen = self._who
            raise HubTrouble(seen.kind, seen.text, seen.status, seen.code, seen.wait)
        return self._who

    def model(self, name: str, timeout: float, revision: str | None = None) -> dict[str, Any]:
        at = f"/revision/{quote(revision, safe='')}" if revision else ""
        return self._table(f"/api/models/{quote(name)}{at}", timeout)

    def readable(self, name: str, timeout: float) -> None:
        self._bounded(timeout, lambda call: call.get(f"/api/models/{quote(name)}/auth-check"))

    def files(self, name: str, timeout: float, revision: str = "main") -> HubFiles:
        path = f"/api/models/{quote(name)}/tree/{quote(revision, safe='')}?recursive=true"
        return self._bounded(timeout, lambda call: _files(call, path))

    def read(
        self, name: str, path: str, timeout: float, revision: str = "main", limit: int = 1 << 20
    ) -> bytes:
        where = _resolve(name, path, revision)
        return self._bounded(timeout, lambda call: call.get(where, limit)[0])

    def search(self, text: str, timeout: float, owner: str | None = None) -> list[str]:
        author = f"&author={quote(owner, safe='')}" if owner else ""
        words = f"&search={quote(text, safe='')}" if text else ""
        path = f"/api/models?limit=100&sort=downloads&direction=-1{author}{words}"
        found = self._bounded(timeout, lambda call: parsed(call.get(path)[0], list))
        return [str(one["id"]) for one in found if isinstance(one, dict) and "id" in one]

    def quantized(self, name: str, timeout: float) -> list[dict[str, Any]]:
        shown = "".join(f"&expand={one}" for one in _SHOWN)
        tag = quote(f"base_model:quantized:{name}", safe="")
        path = f"/api/models?filter={tag}&limit=50&sort=downloads&direction=-1{shown}"
        found = self._bounded(timeout, lambda call: parsed(call.get(path)[0], list))
        return [one for one in found if isinstance(one, dict)]

    def clock(self, timeout: float) -> float:
        from triton_doctor.host.hub_clock import ahead

        return self._bounded(timeout, lambda _: ahead(self._base, timeout))

    # ---- one call ---------------------------------------------------------------------------

    def _table(self, path: str, timeout: float) -> dict[str, Any]:
        return self._bounded(timeout, lambda call: parsed(call.get(path)[0], dict))

    def _bounded(self, timeout: float, work: Callable[[Call], T]) -> T:
        """The work's answer within so many seconds; the system's resolver knows no time limit."""
        call = Call(self._base, self._token, time.monotonic() + timeout)
        told: queue.Queue[T | Exception] = queue.Queue(1)

        def ask() -> None:
            told.put(call.guarded(work))

        threading.Thread(target=ask, name="hub", daemon=True).start()
        try:
            answer = told.get(timeout=timeout)
        except queue.Empty:
            # Its thread goes on until the server ends; nothing waits for it, at the end neither.
            answer = HubTrouble("silent", f"no answer within {timeout:g} s")
        if isinstance(answer, Exception):
            raise answer
        return answer


def _resolve(name: str, path: str, revision: str) -> str:
    return f"/{quote(name)}/resolve/{quote(revision, safe='')}/{quote(path)}"


def _files(call: Call, path: str) -> HubFiles:
    found: list[HubFile] = []
    for _ in range(_PAGES):
        data, answer = call.get(path)
        listed = [one for one in parsed(data, list) if isinstance(one, dict)]
        found += [
            HubFile(one["path"], one["size"])
            for one in listed
            if isinstance(one.get("path"), str) and isinstance(one.get("size"), int)
            if one.get("type") == "file"
        ]
        following = (answer.links.get("next") or {}).get("url")
        if not following:
            return HubFiles(tuple(found))
        path = urlsplit(following)._replace(scheme="", netloc="").geturl()
    return HubFiles(tuple(found), whole=False)
