"""`undo`: take back a repair, or list them all."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from shlex import join
from typing import Any

from triton_doctor import __version__
from triton_doctor.commands.screen import Screen, parting, somebody_is_there
from triton_doctor.errors import UsageError
from triton_doctor.fixing.carry import Carrier
from triton_doctor.fixing.changes import Ran, touched
from triton_doctor.fixing.journal import Entry, Journal, journal_folder
from triton_doctor.fixing.trouble import FixTrouble
from triton_doctor.host.hands import LocalHands
from triton_doctor.host.protocol import Host
from triton_doctor.interrupts import taken
from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.lines import Line, command, line, paragraph
from triton_doctor.record import Record
from triton_doctor.redact import clean
from triton_doctor.report.as_json import SCHEMA_VERSION
from triton_doctor.report.verdict import INTERRUPTED

DONE, REFUSED = 0, 1


class Asked(Record, frozen=True):
    """entry: an id, or the last one; listed: only show them; form: text or json."""

    entry: str | None
    listed: bool
    form: str
    yes: bool
    lang: str | None = None


def undo(host: Host, asked: Asked) -> int:
    """The exit code: 0 taken back (or listed), 1 refused. UsageError for an unknown id."""
    with closing(host):
        journal = Journal(journal_folder(host))
        talk = _Talk(asked, phrases(asked.lang), journal)
        if asked.listed:
            return talk.listed(journal.entries())
        entry = _chosen(journal, asked.entry, talk.say)
        if entry is None:
            return talk.refused(None, talk.say("undo", "nothing"))
        return _undone(entry, journal, talk)


def _chosen(journal: Journal, wanted: str | None, say: Phrases) -> Entry | None:
    """The entry that is meant; without an id the newest that is not undone yet."""
    if wanted is None:
        open_ones = (one for one in journal.entries() if one.state in ("applied", "begun"))
        return next(open_ones, None)
    entry = journal.find(wanted)
    if entry is None:
        unknown = say("undo", "unknown", id=clean(wanted))
        raise UsageError(unknown, hint=say("undo", "unknown-hint"))
    return entry


def _undone(entry: Entry, journal: Journal, talk: _Talk) -> int:
    carrier = Carrier(LocalHands(interactive=talk.person), journal, talk.doing)
    try:
        reason = talk.asks(entry)
        if reason:
            return talk.refused(entry, reason)
        return talk.done(carrier.undo(entry))
    except FixTrouble as trouble:
        return talk.refused(journal.find(entry.id) or entry, trouble.text)
    except KeyboardInterrupt:
        taken()
        now = journal.find(entry.id) or entry
        half = now.state == "begun" and now != entry
        key = "stopped-within" if half else "stopped"
        parting(talk.say("fix", key, entry=entry.id))
        return INTERRUPTED


class _Talk:
    """What is said, as text or as data."""

    def __init__(self, asked: Asked, say: Phrases, journal: Journal) -> None:
        self._asked, self.say, self._journal = asked, say, journal
        self._screen = Screen(quiet=asked.form == "json")
        self.person = somebody_is_there() and asked.form != "json"

    def asks(self, entry: Entry) -> str | None:
        """Ask before commands are run; why they may not be, or None."""
        backs = [one for one in entry.changes if isinstance(one, Ran) and one.back]
        if not backs or self._asked.yes:
            return None
        if not self.person:
            return self.say("undo", "needs-word")
        lines = [*paragraph(self.say("undo", "asks"), self._screen.width)]
        typed = [("sudo " if one.root else "") + join(one.back) for one in reversed(backs)]
        lines += [command(one, indent=4) for one in typed]
        self._screen.write(lines)
        from triton_doctor.ui import asking

        agreed = asking.confirm(self.say("undo", "confirm"), default=False)
        return None if agreed else self.say("undo", "declined")

    def doing(self, what: str) -> None:
        self._screen.write([command(clean(what), indent=4)])

    def done(self, entry: Entry) -> int:
        key = "done-where" if entry.where else "done"
        self._words(self.say("undo", key, title=entry.title, where=entry.where))
        return self._data(DONE, {"entry": self._entry(entry), "state": "undone", "reason": None})

    def refused(self, entry: Entry | None, reason: str) -> int:
        self._words(reason)
        known = self._entry(entry) if entry else None
        return self._data(REFUSED, {"entry": known, "state": "refused", "reason": reason})

    def listed(self, entries: list[Entry]) -> int:
        self._screen.write(self._table(entries))
        return self._data(DONE, {"entries": [self._entry(one) for one in entries]})

    def _table(self, entries: list[Entry]) -> Iterator[Line]:
        if not entries:
            yield from paragraph(self.say("undo", "none"), self._screen.width)
        for one in entries:
            when = datetime.fromtimestamp(one.time).astimezone().strftime("%Y-%m-%d %H:%M")
            yield line(f"{one.id}  {self.say('undo', one.state)}", style="strong")
            yield line(f"{when}  {one.problem}", indent=2, style="dim")
            where = f" ({one.where})" if one.where else ""
            yield from paragraph(clean(one.title + where), self._screen.width, indent=2)
            for path in self._journal.kept(one):
                yield line(self.say("undo", "kept", path=path), indent=2)

    def _words(self, text: str) -> None:
        lines = [one for part in text.split("\n") for one in self._part(part)]
        self._screen.write(lines)

    def _part(self, text: str) -> list[Line]:
        if text.startswith("    "):
            return [command(text.strip(), indent=4)]
        return list(paragraph(clean(text), self._screen.width)) or [line()]

    def _data(self, code: int, body: dict[str, Any]) -> int:
        """The exit code, after the data where they were asked for."""
        if self._asked.form == "json":
            head = {"schema_version": SCHEMA_VERSION, "doctor": {"version": __version__}}
            whole = {**head, "exit_code": code, **body}
            sys.stdout.write(json.dumps(whole, indent=2) + "\n")
        return code

    def _entry(self, entry: Entry) -> dict[str, Any]:
        paths = [path for change in entry.changes for path in touched(change)]
        commands = [list(one.argv) for one in entry.changes if isinstance(one, Ran)]
        return {
            "id": entry.id,
            "time": round(entry.time, 3),
            "state": entry.state,
            "problem": entry.problem,
            "where": entry.where,
            "title": entry.title,
            "folder": entry.cwd,
            "paths": list(dict.fromkeys(paths)),
            "commands": commands,
            "kept": self._journal.kept(entry),
        }
