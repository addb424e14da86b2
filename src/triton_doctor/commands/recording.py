"""A run that was written down: a bundle, its folder, or a report as JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, NoReturn, cast

import msgspec

from triton_doctor.commands.examine import examine
from triton_doctor.context import Context, Untold
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.errors import FactUnavailable, UsageError
from triton_doctor.host.bundles import read_bundle
from triton_doctor.host.protocol import Host
from triton_doctor.model import Report, When
from triton_doctor.record import Record, replace
from triton_doctor.registry import load_catalogue

REPORT, FACTS = "report.json", "facts.json"
SCHEMA_VERSION = 1
_ALONE = ""  # a report that is a file of its own: the name that the user gave says which
_ORIGIN = "A bundle comes from `triton-doctor report`, a report from `--format json`."


class Recording(Record, frozen=True):
    """A report as JSON; name: where it was read from."""

    name: str
    document: Mapping[str, Any]

    @property
    def facts(self) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", self.document.get("facts") or {})

    @property
    def deployment(self) -> Deployment:
        return cast("Deployment", _taken(self, "deployment", Deployment))

    @property
    def findings(self) -> list[Mapping[str, Any]]:
        return list(self.document.get("findings") or ())

    @property
    def version(self) -> str:
        return str((self.document.get("doctor") or {}).get("version") or "?")

    def untold(self) -> dict[str, Untold]:
        told = self.document.get("untold") or {}
        return {str(name): msgspec.convert(one, Untold) for name, one in told.items()}

    def settings(self, now: Settings) -> Settings:
        """Those of the run, with language and format of this one."""
        then = cast("Settings", _taken(self, "settings", Settings))
        return replace(then, lang=now.lang, format=now.format, fail_on=now.fail_on, jobs=now.jobs)


def recording(path: str) -> Recording:
    """Read one; UsageError for what is none."""
    found = read_bundle(path, (REPORT, FACTS), _ALONE)
    name = _ALONE if _ALONE in found else REPORT
    if name not in found:
        raise UsageError(f"has no {REPORT}", where=path, hint="It is no bundle of triton-doctor's.")
    document = _parsed(path, name, found[name])
    if FACTS in found:
        document = {**document, **_parsed(path, FACTS, found[FACTS])}
    kept = Recording(path, document)
    _shaped(path, document)
    if not isinstance(document.get("facts"), dict) or "schema_version" not in document:
        raise UsageError("is no report of triton-doctor's", where=path, hint=_ORIGIN)
    if document["schema_version"] != SCHEMA_VERSION:
        raise UsageError(
            f"is of schema version {document['schema_version']}, which this doctor does not read",
            where=path,
            hint="Take the doctor's newest version.",
        )
    return kept


def judged_again(kept: Recording, now: Settings) -> Report:
    """The recorded facts judged by the checks and words of today. No machine is asked."""
    try:
        context = Context(
            cast("Host", _Elsewhere()),
            kept.deployment,
            kept.settings(now),
            recorded=kept.facts,
            untold=kept.untold(),
        )
    except (msgspec.ValidationError, AttributeError) as error:
        raise UsageError(f"is not read: {error}", where=kept.name) from None
    return examine(context, given=_of_a_command(kept))


def _shaped(path: str, document: Mapping[str, Any]) -> None:
    """That what is looked into is of the kind that a report has there. UsageError."""
    for key in ("doctor", "deployment", "facts", "untold", "settings"):
        if not isinstance(document.get(key) or {}, dict):
            raise UsageError(f"has no table under {key!r}", where=path, hint=_ORIGIN)
    for key in ("findings", "checks"):
        rows = document.get(key) or []
        if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
            raise UsageError(f"has no list of tables under {key!r}", where=path, hint=_ORIGIN)


def _of_a_command(kept: Recording) -> bool:
    """Whether the run was one for a command of the user's own: then a check of such was made."""
    made = {str(one.get("id")) for one in kept.document.get("checks") or ()}
    every = (loaded.check for loaded in load_catalogue().checks)
    return any(check.when is When.GIVEN and check.id in made for check in every)


class _Elsewhere:
    """The machine of a recording is not here: nothing may be asked of the one that is."""

    def now(self) -> float:
        return time.time()

    def __getattr__(self, name: str) -> NoReturn:
        raise FactUnavailable(name, "a recorded machine cannot be asked")


def _taken(kept: Recording, key: str, kind: type[Record]) -> Record:
    """The fields that this version knows; what is missing is as by default."""
    given = kept.document.get(key) or {}
    known = {name: given[name] for name in kind.__struct_fields__ if name in given}
    return msgspec.convert(known, kind)


def _parsed(path: str, name: str, data: bytes) -> dict[str, Any]:
    told = f"{name} is" if name else "is"
    if not data.strip():
        raise UsageError(f"{told} empty", where=path, hint=_ORIGIN)
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UsageError(f"{told} no text, and no bundle", where=path, hint=_ORIGIN) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{told} not JSON: {error}", where=path, hint=_ORIGIN) from None
    if not isinstance(document, dict):
        raise UsageError(f"{told} no report", where=path, hint=_ORIGIN)
    return document
