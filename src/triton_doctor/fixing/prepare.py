"""What a fix would change, worked out without changing anything."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from triton_doctor.fixing.changes import Change, FileChange, MadeFolder, Moved, Ran
from triton_doctor.fixing.places import Places, below, parent
from triton_doctor.fixing.texts import Misplaced, Unset, difference, edited, with_values
from triton_doctor.fixing.trouble import trouble
from triton_doctor.host.protocol import Host
from triton_doctor.record import Mutable, Record, field
from triton_doctor.repairs import Act, AskToken, Command, Edit, Fix, MakeFolder, Mode, Move, Setting

_PREFIX = "TRITON_DOCTOR_"


class Content(Record, frozen=True):
    """A file's bytes before and after; never shown, since a token may be among them."""

    old: bytes | None
    new: bytes

    def __repr__(self) -> str:
        return f"Content({len(self.old or b'')} > {len(self.new)} bytes)"


class Prepared(Record, frozen=True):
    """A fix that can be carried out: its changes in order, and the bytes of the files by path.

    diff: of all files, for the eye. undoable: nothing of it is final. needs_root: sudo will be
    asked. asks: files whose text was not given yet, so that it can be shown and not applied.
    """

    fix: Fix
    changes: tuple[Change, ...]
    diff: str
    undoable: bool
    needs_root: bool
    contents: Mapping[str, Content] = {}
    asks: tuple[str, ...] = ()


class _Draft(Mutable):
    """A file as it is being worked out. at: index of its first act among the changes."""

    path: str
    named: str
    old: bytes | None
    at: int
    mode: int | None = None
    edits: list[Edit] = field(default_factory=list)
    values: dict[str, str | int | tuple[str, ...]] = field(default_factory=dict)
    text: str | None = None
    secret: bool = False

    @property
    def encoding(self) -> str:
        return next((one.encoding for one in self.edits if one.encoding != "utf-8"), "utf-8")


def prepare(
    fix: Fix,
    host: Host,
    config: str,
    answers: Mapping[str, str] = {},
    within: tuple[str, ...] = (),
) -> Prepared:
    """Work out what the fix changes; reads files and changes nothing.

    config: the settings file, there or not. answers: text of each file that AskToken names.
    within: folders of the deployment; a link may lead into these, into the working folder and
    into the folder of the settings. Raises FixTrouble.
    """
    return _Preparing(host, config, answers, within).of(fix)


class _Preparing:
    def __init__(
        self, host: Host, config: str, answers: Mapping[str, str], within: tuple[str, ...]
    ) -> None:
        self.host, self.answers = host, answers
        self.config = host.absolute(config)
        self.places = Places(host, (host.cwd(), parent(self.config), *within))
        self.changes: list[Change | None] = []
        self.drafts: dict[str, _Draft] = {}
        self.asks: list[str] = []

    def of(self, fix: Fix) -> Prepared:
        commands = [step.act for step in fix.steps if isinstance(step.act, Command)]
        for step in fix.steps:
            self._take(step.act)
        contents, shown = {}, []
        for draft in self.drafts.values():
            new = self._new(draft)
            if new == draft.old and not draft.secret:
                continue
            contents[draft.path] = Content(draft.old, new)
            self.changes[draft.at] = _file_change(draft, new)
            shown.append(_shown(draft, new))
        return Prepared(
            fix=fix,
            changes=tuple(one for one in self.changes if one is not None),
            diff="".join(shown),
            undoable=all(one.back for one in commands),
            needs_root=any(one.root for one in commands) and self.host.uid() not in (0, None),
            contents=contents,
            asks=tuple(self.asks),
        )

    def _take(self, act: Act) -> None:
        if isinstance(act, Command):
            kept = f"kept-{len(self.changes)}.txt" if act.keeps else None
            self.changes.append(Ran(act.argv, act.root, act.back, act.keeps, kept))
        elif isinstance(act, Edit):
            self._edit(act)
        elif isinstance(act, Move):
            self._move(act)
        elif isinstance(act, MakeFolder):
            self._folder(self.host.absolute(act.path), None)
        elif isinstance(act, Mode):
            self.changes.append(self.places.readable(self.host.absolute(act.path)))
        elif isinstance(act, Setting):
            self._setting(act)
        else:
            self._token(act)

    def _draft(self, path: str) -> _Draft:
        """The file at a path as it is now, or that it is not there."""
        spot = self.places.file(self.host.absolute(path))
        if spot.path not in self.drafts:
            self.drafts[spot.path] = _Draft(
                spot.path, spot.named, spot.data, len(self.changes), spot.mode
            )
            self.changes.append(None)
        return self.drafts[spot.path]

    def _edit(self, act: Edit) -> None:
        draft = self._draft(act.path)
        if act.line == 0:
            if draft.old is not None or draft.text is not None:
                raise trouble("there", draft.path)
            draft.text = act.new
        elif draft.old is None:
            raise trouble("gone", draft.path)
        else:
            draft.edits.append(act)

    def _move(self, act: Move) -> None:
        source, target = (self.host.absolute(path) for path in (act.source, act.target))
        self.places.move(source, target)
        self.changes.append(Moved(source, target))

    def _folder(self, path: str, mode: int | None) -> None:
        missing = self.places.make(path)
        if missing:
            self.changes.append(MadeFolder(missing, mode))

    def _setting(self, act: Setting) -> None:
        variable = _PREFIX + act.key.upper().replace("-", "_")
        if self.host.env(variable):
            raise trouble("overridden", self.config, variable=variable)
        self._draft(self.config).values[act.key] = act.value

    def _token(self, act: AskToken) -> None:
        path = self.host.absolute(act.path)
        self._folder(parent(path), 0o700)
        self.places.allow(parent(path))
        draft = self._draft(path)
        draft.secret = True
        draft.text = self.answers.get(act.path, self.answers.get(path))
        if draft.text is None:
            self.asks.append(act.path)

    def _new(self, draft: _Draft) -> bytes:
        data = draft.old or b""
        if draft.text is not None:
            data = draft.text.encode()
        try:
            if draft.edits:
                data = edited(data, draft.edits)
            return with_values(data, draft.values) if draft.values else data
        except Misplaced:
            raise trouble("changed", draft.path) from None
        except Unset as error:
            keys = ", ".join(draft.values)
            raise trouble("toml", draft.path, key=keys, error=error) from None


def _file_change(draft: _Draft, new: bytes) -> FileChange:
    from secrets import token_hex

    folder, mark = parent(draft.path), token_hex(4)
    return FileChange(
        path=draft.path,
        before=None if draft.old is None else sha256(draft.old).hexdigest(),
        after=sha256(new).hexdigest(),
        backup=None if draft.old is None else f"{draft.at}.before",
        mode=draft.mode,
        temp=below(folder, f".triton-doctor-{mark}.new"),
        back=below(folder, f".triton-doctor-{mark}.old"),
        named=draft.named,
        secret=draft.secret,
    )


def _shown(draft: _Draft, new: bytes) -> str:
    named = f"{draft.named} (a link to {draft.path}, which is changed; the link stays)"
    name = named if draft.named else draft.path
    names = ("/dev/null" if draft.old is None else name, name)
    return difference(names, draft.old, new, encoding=draft.encoding, secret=draft.secret)
