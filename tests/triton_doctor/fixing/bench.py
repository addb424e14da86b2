"""A small deployment on the real file system, fixes for it, and children that are killed."""

from __future__ import annotations

import os
import posix
import shutil
import signal
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from triton_doctor.api import command, edit, make_folder, move, readable, setting, write_new
from triton_doctor.fixing.carry import Carrier
from triton_doctor.fixing.journal import Entry, Journal
from triton_doctor.fixing.prepare import Prepared, prepare
from triton_doctor.fixing.trouble import FixTrouble
from triton_doctor.host.hands import LocalHands
from triton_doctor.host.local import LocalHost
from triton_doctor.repairs import Applicability, Fix, Step

MODEL = b'{\r\n  // half a model\r\n  "model":  "a/b",\r\n  "dtype": half,\r\n  "eager": ture\r\n}'
SETTINGS = b"# mine\nhttp-port = 8000  # the usual one\n\nmodel = [\n    'gemma', # small\n]\n"
Tree = dict[str, tuple[str, int, bytes]]


@dataclass(frozen=True)
class Bench:
    """root: the working folder; everything in it is looked at, the journal lies elsewhere."""

    root: Path
    journal: Journal

    def path(self, name: str) -> str:
        return str(self.root / name)

    def prepare(
        self, *steps: Step, answers: Mapping[str, str] = {}, within: tuple[str, ...] = ()
    ) -> Prepared:
        fix = Fix("Put it right", Applicability.SAFE, steps)
        config = self.path("triton-doctor.toml")
        return prepare(fix, LocalHost(), config, answers, (str(self.root), *within))

    def carrier(self, tell: Callable[[str], None] = lambda _: None) -> Carrier:
        return Carrier(LocalHands(interactive=False), self.journal, tell)

    def whole_fix(self) -> Prepared:
        """Acts of every kind on the files that `fill` makes."""
        text = MODEL.decode()
        return self.prepare(
            edit(self.path("model.json"), text, 4, 12, "half", '"half"'),
            edit(self.path("model.json"), text, 5, 12, "ture", "true"),
            make_folder(self.path("gemma/1")),
            move(self.path("model.json"), self.path("gemma/1/model.json")),
            write_new(self.path("gemma/config.pbtxt"), 'backend: "vllm"\n'),
            setting("http-port", 9000),
            readable(self.path("closed")),
            command("touch", self.path("ran"), back=["rm", "-f", self.path("ran")]),
        )

    def fill(self) -> None:
        (self.root / "model.json").write_bytes(MODEL)
        (self.root / "model.json").chmod(0o640)
        (self.root / "triton-doctor.toml").write_bytes(SETTINGS)
        (self.root / "closed").mkdir(mode=0o700)
        (self.root / "closed" / "weights.bin").write_bytes(b"\0\1")
        (self.root / "closed" / "weights.bin").chmod(0o600)

    def fresh(self) -> None:
        """As at first: nothing is left of what was there, the journal included."""
        for folder in (self.root, Path(self.journal.folder)):
            shutil.rmtree(folder, ignore_errors=True)
        self.root.mkdir()
        os.chdir(self.root)
        self.fill()

    def tree(self) -> Tree:
        """Kind, permission bits and bytes of everything."""
        return dict(sorted(self._seen(path) for path in self.root.rglob("*")))

    def _seen(self, path: Path) -> tuple[str, tuple[str, int, bytes]]:
        name, mode = str(path.relative_to(self.root)), path.lstat().st_mode & 0o7777
        if path.is_symlink():
            return name, ("link", 0, os.fsencode(path.readlink()))
        if path.is_dir():
            return name, ("folder", mode, b"")
        return name, ("file", mode, path.read_bytes() if path.is_file() else b"no file")


def leave(code: int) -> NoReturn:
    """Ends a forked child; `os._exit` would first save all that coverage has measured, anew for
    each of hundreds."""
    posix._exit(code)


def in_child(act: Callable[[], Any]) -> int:
    """Runs in a process of its own: 0, 1 after an exception, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        except BaseException:  # noqa: BLE001 - the child says what it was, and ends
            traceback.print_exc()
        finally:
            leave(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


CALLS = [
    *("open", "write", "fsync", "replace", "rename", "unlink", "mkdir", "rmdir", "chmod"),
    *("fchmod", "fchown", "chown", "setxattr"),
]


def deadly(at: int) -> None:
    """From now on this process kills itself at the `at`-th moment: before and after each call.

    A write has a moment in its middle too.
    """
    from triton_doctor.host import hands, writing

    left = [at]

    def moment() -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    def wrapped(call: Callable[..., Any]) -> Callable[..., Any]:
        def around(*args: Any, **options: Any) -> Any:
            moment()
            if call is write and left[0] == 0:
                write(args[0], bytes(args[1])[: len(args[1]) // 2])
                moment()
            done = call(*args, **options)
            moment()
            return done

        return around

    write = os.write
    for name in CALLS:
        setattr(os, name, wrapped(getattr(os, name)))
    writing._rename_no_replace = wrapped(writing._rename_no_replace)
    hands.LocalHands.run = wrapped(hands.LocalHands.run)


def half(bench: Bench) -> Step:
    """One edit of model.json."""
    return edit(bench.path("model.json"), MODEL.decode(), 4, 12, "half", '"half"')


def done(bench: Bench, *steps: Step) -> Entry:
    return bench.carrier().apply(bench.prepare(*steps), "gpu/busy", "here")


def not_done(bench: Bench, prepared: Prepared) -> FixTrouble:
    with pytest.raises(FixTrouble) as caught:
        bench.carrier().apply(prepared, "gpu/busy")
    return caught.value


def not_undone(bench: Bench, entry: Entry) -> FixTrouble:
    before = bench.tree()
    with pytest.raises(FixTrouble) as caught:
        bench.carrier().undo(entry)
    assert bench.tree() == before
    return caught.value
