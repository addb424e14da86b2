"""Two verdicts on one model, and whether they agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from triton_doctor.logs.cleaning import cleaned
from triton_doctor.logs.patterns import Hit, Patterns
from triton_doctor.logs.unwrapping import unwrapped
from triton_doctor.registry import load_signatures

# What the server says of several problems in the same words: the ids that each may stand for. The
# catalogue's signatures name one; which of them it is, only the folder tells.
MAY_BE: dict[str, frozenset[str]] = {
    # No config.pbtxt, an empty one, or a folder that is no model at all.
    "Could not determine backend for model": frozenset(
        {"repository/config-missing", "repository/config-invalid", "repository/bad-layout"}
    ),
    # Misspelt, or a real one that this image does not bring; or the end of a stray folder's name.
    "unable to find backend library for backend": frozenset(
        {"repository/backend-unknown", "image/wrong-variant", "repository/bad-layout"}
    ),
    # Absent, one level off, or the version folder's name was read as another number.
    "'model.json' containing vllm engine args": frozenset(
        {"repository/model-json-missing", "repository/bad-layout"}
    ),
    # No version folder, or none that the version policy names.
    "at least one version must be available": frozenset(
        {"repository/bad-layout", "repository/config-invalid"}
    ),
    # A link that leads nowhere, to config.pbtxt or to anything else.
    "failed to stat file /models/": frozenset(
        {"repository/bad-layout", "repository/config-missing"}
    ),
    # No such folder, or a link out of the repository, which is a fault of the layout too.
    "model not found in any model repository": frozenset(
        {"repository/not-found", "repository/bad-layout"}
    ),
    # Python's words for JSON are the same for both files that the backend reads.
    "JSONDecodeError: ": frozenset({"repository/model-json-syntax", "repository/lora-list"}),
    # Python's own limits, met in either of the two.
    "RecursionError: maximum recursion depth": frozenset(
        {"repository/model-json-syntax", "repository/lora-list"}
    ),
    "Exceeds the limit (4300 digits)": frozenset(
        {"repository/model-json-syntax", "repository/lora-list"}
    ),
    # No GPU on this machine, or none for this container: a log cannot tell, the deployment does.
    "has kind KIND_GPU but no GPUs are available": frozenset(
        {"repository/config-invalid", "gpu/not-visible"}
    ),
    # A request at the start is the model's own warm-up.
    "expected number of inputs between": frozenset({"repository/config-invalid"}),
}
# The path in the middle is that of the machine the server was built on.
_PARSER = re.compile(r"\[libprotobuf ERROR \S+:\d+\] ")
_AGENT = re.compile(r"^(load failed for model|failed to load) '[^']*'( version \d+)?[:,] ")
_MODEL_STATE = re.compile(r"^version \d+ is at UNAVAILABLE state: ")


@dataclass(frozen=True)
class Server:
    """state: ready, refused, crashed or hangs; text: lines of the log and of the answer."""

    state: str
    text: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The line that names the reason, without what surrounds it."""
        lines = [_PARSER.sub("", line) for line in self.text if "WARNING" not in line]
        parsed = [line for line in lines if "Error parsing text-format" in line]
        other = [line for line in lines if "failed to poll from model repository" not in line]
        chosen = (parsed or other[::-1] or lines or [""])[0]
        chosen = _MODEL_STATE.sub("", _AGENT.sub("", chosen)).strip()
        return re.split(r"\n|\\n", chosen)[0].rstrip(";")

    def ids(self) -> set[str]:
        """The problems that its words may stand for."""
        text = "\n".join(self.text)
        shared = [ids for words, ids in MAY_BE.items() if words in text]
        if shared:
            return set(shared[0])
        hits = [hit.known for line in self.text for one in _layers(line) for hit in _look(one)]
        causes = {known.problem for known in hits if known.signature.rank == "cause"}
        return {one for one in causes or {known.problem for known in hits} if one[:6] != "launch"}


def _layers(line: str) -> tuple[str, str]:
    """A line as the reader of logs sees it, and what is inside its wrapping."""
    message = cleaned(line).text
    return message, unwrapped(message).text


def _look(text: str) -> Iterable[Hit]:
    return _patterns().look(text).hits


@cache
def _patterns() -> Patterns:
    return Patterns(load_signatures()[0])


@dataclass
class Doctor:
    """What the doctor found at one model, by ids. doubts: what it says that it could not tell."""

    errors: set[str] = field(default_factory=set)
    warnings: set[str] = field(default_factory=set)
    doubts: list[str] = field(default_factory=list)


def doctor(report: Mapping[str, Any], repository: str, name: str) -> Doctor:
    """The part of a report in JSON that is about this model."""
    place = re.compile(re.escape(f"{repository}/{name}") + r"(?=[/:\s]|$)")
    return judged(report, place)


def judged(report: Mapping[str, Any], place: re.Pattern[str] = re.compile("")) -> Doctor:
    """What a report says of all that `place` is found in."""
    ours = Doctor()
    for finding in report["findings"]:
        if place.match(finding["where"] or ""):
            kind = {"error": ours.errors, "warning": ours.warnings}.get(finding["severity"])
            if kind is not None:
                kind.add(finding["problem"])
    reasons = [doubt["reason"] for check in report["checks"] for doubt in check["doubts"]]
    ours.doubts += [reason for reason in reasons if place.search(reason)]
    return ours


def disagreement(server: Server, ours: Doctor) -> str:
    """Empty, or in which way the two differ."""
    if server.state == "ready":
        if ours.errors:
            return "the server takes it"
        return "the doctor could not tell" if ours.doubts else ""
    if not ours.errors:
        return "the doctor could not tell" if ours.doubts else "the doctor did not foresee it"
    named = server.ids()
    # A server that ends or hangs without a word names no problem: any error of ours is right.
    if named and not ours.errors <= named:
        return "another id"
    return "" if named or not server.text or server.state != "refused" else "no id for its words"
