"""A machine written down: every answer of a real one, played back later or elsewhere.

`Recorder` stands before a real host and notes what it answers; `RecordedHost` gives the same
answers to the same questions, and says so where a question was never asked.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any, cast, get_type_hints

import msgspec

from triton_doctor.host.hub import Hub, HubKind, HubTrouble, Secret
from triton_doctor.host.protocol import (
    Docker,
    DockerEndpoint,
    DockerTrouble,
    Host,
    Trouble,
)

# What a host may raise by its Protocol, by the name under which it is written down.
_ERRORS: dict[str, type[OSError]] = {
    one.__name__: one
    for one in (
        OSError,
        FileNotFoundError,
        PermissionError,
        NotADirectoryError,
        IsADirectoryError,
        TimeoutError,
        ConnectionError,
        ConnectionRefusedError,
        ConnectionResetError,
        BlockingIOError,
    )
}


class Recorder:
    """A host that passes questions on to another and keeps the answers in `answers`.

    With another `Recorder`'s book and a prefix it stands before an engine or the Hub instead.
    """

    def __init__(
        self, real: object, answers: dict[str, Any] | None = None, prefix: str = ""
    ) -> None:
        self._real, self._prefix = real, prefix
        self._lock = threading.Lock()
        self.answers: dict[str, Any] = {} if answers is None else answers

    def __getattr__(self, call: str) -> Callable[..., Any]:
        real = getattr(self._real, call)

        def ask(*args: Any, **options: Any) -> Any:
            try:
                answer = real(*args, **options)
            except (OSError, DockerTrouble, HubTrouble) as error:
                self._note(call, args, options, {"error": _error(error)})
                raise
            if call in ("docker", "hub"):
                return Recorder(answer, self.answers, _place(*args))
            if call != "close":
                self._note(call, args, options, {"answer": msgspec.to_builtins(answer)})
            return answer

        return ask

    def _note(self, call: str, args: Any, options: Any, entry: dict[str, Any]) -> None:
        with self._lock:
            self.answers[_question(self._prefix + call, args, options)] = entry


class RecordedHost:
    """A host, or with a prefix an engine or the Hub, that knows only what was written down."""

    def __init__(self, answers: dict[str, Any], protocol: type = Host, prefix: str = "") -> None:
        self._answers, self._protocol, self._prefix = answers, protocol, prefix

    def __getattr__(self, call: str) -> Callable[..., Any]:
        method = getattr(self._protocol, call)

        def ask(*args: Any, **options: Any) -> Any:
            if call in ("docker", "hub"):
                behind = Docker if call == "docker" else Hub
                return RecordedHost(self._answers, behind, _place(*args))
            if call == "close":
                return None
            question = _question(self._prefix + call, args, options)
            if question not in self._answers:
                raise LookupError(f"never asked of the recorded machine: {question}")
            entry = self._answers[question]
            if "error" in entry:
                raise _revived(entry["error"])
            return msgspec.convert(entry["answer"], get_type_hints(method)["return"])

        return ask


def _question(call: str, args: Any, options: Any) -> str:
    """A call as text: the same question is the same text, whatever the order of keywords."""
    plain = msgspec.to_builtins([list(args), dict(sorted(options.items()))])
    return f"{call} {json.dumps(plain)}"


def _place(where: DockerEndpoint | str, token: Secret | None = None) -> str:
    """The engine or the Hub before a question; of a token, only that there was one."""
    if not isinstance(where, str):
        return f"{where.url} "
    return f"{where} with a token " if token else f"{where} "


def _error(error: OSError | DockerTrouble | HubTrouble) -> dict[str, Any]:
    if isinstance(error, HubTrouble):
        told = {"text": error.text, "status": error.status, "code": error.code, "wait": error.wait}
        return {"hub": error.kind, **told}
    if isinstance(error, DockerTrouble):
        return {"docker": error.kind, "text": error.text, "status": error.status}
    known = next(one for one in type(error).__mro__ if one.__name__ in _ERRORS)
    return {"name": known.__name__, "number": error.errno, "text": error.strerror or str(error)}


def _revived(entry: dict[str, Any]) -> Exception:
    if "hub" in entry:
        told = {name: value for name, value in entry.items() if name != "hub"}
        return HubTrouble(cast("HubKind", entry["hub"]), **told)
    if "docker" in entry:
        return DockerTrouble(cast("Trouble", entry["docker"]), entry["text"], entry["status"])
    kind = _ERRORS[entry["name"]]
    return kind(entry["text"]) if entry["number"] is None else kind(entry["number"], entry["text"])
