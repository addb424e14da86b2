"""The way to the Hub that probes share: which Hub, with which token, and what may be sent.

No fact holds a token; a Secret lives as long as a probe asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Thread
from typing import Any, Literal, NamedTuple, TypeVar

from triton_doctor.deployment import Settings
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.hub import HUB, Hub, HubKind, HubTrouble, Secret
from triton_doctor.host.protocol import DockerTrouble, Host
from triton_doctor.probes.base import Asking
from triton_doctor.probes.docker_engine import connected
from triton_doctor.probes.token_shape import Shape, shape
from triton_doctor.record import Record
from triton_doctor.redact import clean

T = TypeVar("T")
# What huggingface_hub reads, in its order: the second is its older name and still works.
VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
Source = Literal["file", "variable", "mounted", "container", "none"]
_FILE_LIMIT = 16 * 1024


class Said(Record, frozen=True):
    """How a question to the Hub failed: as HubTrouble, fit to be saved."""

    kind: HubKind
    text: str
    status: int | None = None
    code: str = ""
    wait: float | None = None

    @property
    def of_the_way(self) -> bool:
        """The Hub was not reached, so that this says nothing of token or model."""
        return self.kind not in ("answer", "offline")

    @property
    def of_no_model(self) -> bool:
        """The Hub knows no such model, or shows none; any web server may answer 404 or 401."""
        hidden = "username or password" in self.text.lower()
        absent = self.code == "RepoNotFound" or "repository not found" in self.text.lower()
        return (self.status == 404 and absent) or (self.status == 401 and hidden)

    @property
    def of_the_token(self) -> bool:
        """The token is none that the Hub knows, so that it refuses whatever is asked with it."""
        return self.status == 401 and "invalid credentials" in self.text.lower()


def said(trouble: HubTrouble) -> Said:
    text = clean(trouble.text)
    return Said(trouble.kind, text, trouble.status, clean(trouble.code), trouble.wait)


def endpoint(host: Host) -> str:
    """The Hub's address by huggingface_hub's rule: HF_ENDPOINT, else the one that everybody has."""
    return (host.env("HF_ENDPOINT") or HUB).rstrip("/")


def hub(ask: Asking, token: Secret | None) -> Hub:
    return ask.host.hub(endpoint(ask.host), token)


class Choice(NamedTuple):
    """The token that the server has or is to have, and where it is from; `none` without one."""

    token: Secret | None
    source: Source


def chosen(ask: Asking) -> Choice:
    """What the deployment hands on; else what lies in the cache, or the container was made with."""
    path, cache = ask.deployment.token_file, ask.deployment.cache_volume
    if path is not None:
        return _choice(_in_file(ask, path), "file")
    found = secret(ask.host.env(ask.deployment.token_env) or "")
    if found is not None:
        return Choice(found, "variable")
    if cache.startswith(("/", "~", ".")):
        found = _in_file(ask, f"{cache.rstrip('/')}/token")
        if found is not None:
            return Choice(found, "mounted")
    return _choice(_of_container(ask), "container")


def _choice(token: Secret | None, source: Source) -> Choice:
    return Choice(token, source if token else "none")


def _in_file(ask: Asking, path: str) -> Secret | None:
    try:
        raw = ask.host.read(ask.host.absolute(path), _FILE_LIMIT)
    except OSError:
        return None
    return secret(raw.decode("utf-8", "replace"))


def _of_container(ask: Asking) -> Secret | None:
    try:
        seen = connected(ask).inspect(ask.deployment.name)
    except (DockerTrouble, FactUnavailable):
        return None
    return counting(variables(seen)) if seen else None


def variables(seen: Mapping[str, Any]) -> dict[str, str]:
    """The environment that a container was made with, or an image has."""
    pairs = [str(line).partition("=") for line in (seen.get("Config") or {}).get("Env") or ()]
    return {name: value for name, _, value in pairs}


def counting(env: Mapping[str, str]) -> Secret | None:
    """The token that huggingface_hub 0.19 and newer takes of a container's variables."""
    every = [secret(env.get(name, "")) for name in VARIABLES]
    return next((one for one in every if one is not None), None)


def secret(value: str) -> Secret | None:
    """A value as huggingface_hub would send it; None where it is empty."""
    bare = value.replace("\r", "").replace("\n", "").strip()
    return Secret(bare) if bare else None


def sendable(token: Secret) -> bool:
    """Whether its form is that of a Hub token. A key of somebody else's service stays here."""
    return _is_token(shape(token.reveal()))


def _is_token(seen: Shape) -> bool:
    faults = (seen.placeholder, seen.unexpanded, seen.quoted, seen.blank_inside, seen.foreign)
    return seen.prefix in ("hf", "api-org") and not any(faults) and not seen.odd


def spell(ask: Asking, seconds: float) -> float:
    """A time limit for asking the Hub: as given with the usual --timeout, and in step with it."""
    return seconds * ask.settings.timeout / Settings().timeout


def tried(question: Callable[[], T]) -> T | Said:
    """The answer, or how asking failed."""
    try:
        return question()
    except HubTrouble as trouble:
        return said(trouble)


def together(questions: Sequence[Callable[[], T]]) -> list[T]:
    """The answers in the questions' order; each keeps its own time, and all are asked at once."""
    answers: dict[int, T | Exception] = {}

    def answer(place: int) -> None:
        try:
            answers[place] = questions[place]()
        except Exception as error:  # noqa: BLE001 - raised again below, where somebody waits
            answers[place] = error

    threads = [Thread(target=answer, args=(place,), daemon=True) for place in range(len(questions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [answers[place] for place in range(len(questions))]
    for one in told:
        if isinstance(one, Exception):
            raise one
    return [one for one in told if not isinstance(one, Exception)]
