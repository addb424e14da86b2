"""Ctrl-C and SIGTERM reach the place that is meant for them, also where Python loses them first."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import tree

_START = """
import signal, sys, time, weakref
from triton_doctor import interrupts

class Thing: pass

def lose(number):
    thing = Thing()
    ring = weakref.ref(thing, lambda _: signal.raise_signal(number))
    del thing
    print("lost", flush=True)

interrupts.install(
    {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: interrupts.terminate}
)
"""


def program(body: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _START + textwrap.dedent(body)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(body: str) -> tuple[int, list[str], str]:
    out, err = (child := program(body)).communicate(timeout=120)
    return child.returncode, out.splitlines(), err


def test_python_itself_loses_it() -> None:
    """What this is for: without the reminder the program goes on."""
    body = "interrupts.AGAIN = 3600\nlose(signal.SIGINT)\nprint('went on')"
    assert told(body) == (0, ["lost", "went on"], "")


@pytest.mark.parametrize("wait", ["time.sleep(600)", "while True: pass", "queue.Queue().get()"])
def test_a_lost_ctrl_c_comes_again(wait: str) -> None:
    body = f"""
    import queue
    try:
        lose(signal.SIGINT)
        {wait}
    except KeyboardInterrupt:
        interrupts.taken()
        print("caught")
        time.sleep(1)
        print("told in peace")
    """
    assert told(body) == (0, ["lost", "caught", "told in peace"], "")


def test_a_lost_sigterm_comes_again() -> None:
    code, out, err = told("lose(signal.SIGTERM)\ntime.sleep(600)")
    assert (code, out, err) == (143, ["lost"], "")


def test_what_clears_up_is_not_disturbed() -> None:
    """Neither in `finally`, nor in a `with` of either kind, nor where another error is handled."""
    body = """
    from contextlib import contextmanager

    @contextmanager
    def clearing(name):
        try:
            yield
        finally:
            time.sleep(0.8)
            print(name)

    class Room:
        def __enter__(self): pass
        def __exit__(self, *_):
            time.sleep(0.8)
            print("room")

    try:
        with clearing("outer"), Room():
            try:
                signal.raise_signal(signal.SIGINT)
            finally:
                try:
                    raise OSError
                except OSError:
                    time.sleep(0.8)
                    print("inner")
    except KeyboardInterrupt:
        time.sleep(0.8)
        interrupts.taken()
    time.sleep(0.8)
    print("end")
    """
    assert told(body) == (0, ["inner", "room", "outer", "end"], "")


def test_a_second_press_breaks_off_the_clearing_up() -> None:
    child = program("""
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        print("clearing up", flush=True)
        time.sleep(600)
    """)
    assert child.stdout is not None
    assert child.stdout.readline() == "clearing up\n"
    time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=120)
    assert child.returncode == -signal.SIGINT


def test_a_deaf_time_is_kept_and_then_over() -> None:
    body = """
    lose(signal.SIGINT)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    time.sleep(0.8)
    print("deaf until here")
    try:
        signal.signal(signal.SIGINT, before)
        time.sleep(600)
    except KeyboardInterrupt:
        interrupts.taken()
        print("caught")
    """
    assert told(body) == (0, ["lost", "deaf until here", "caught"], "")


def test_other_lost_exceptions_are_still_shown() -> None:
    body = """
    def broken(_):
        raise ValueError("of somebody else")
    thing = Thing()
    ring = weakref.ref(thing, broken)
    del thing
    """
    code, _, err = told(body)
    assert code == 0
    assert "of somebody else" in err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_is_heard_while_the_command_line_is_loaded(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    (tmp_path / "click.py").write_text(
        "import time\nprint('loading', flush=True)\ntime.sleep(600)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "triton_doctor"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "loading\n"
    child.send_signal(number)
    _, err = child.communicate(timeout=120)
    assert child.returncode == code
    assert "Traceback" not in err


def untaken(path: Path) -> Iterator[str]:
    """Places that catch the exception for good and do not say so first."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ExceptHandler) or node.type is None:
            continue
        if {"KeyboardInterrupt", "Terminated"} & set(
            ast.unparse(node.type).strip("()").split(", ")
        ):
            first, last = node.body[0], node.body[-1]
            if ast.unparse(first) != "taken()" and ast.unparse(last) != "raise":
                yield f"{path.name}:{node.lineno}"


def test_whoever_catches_it_for_good_says_so(tmp_path: Path) -> None:
    sources = [path for path in tree.files() if path.suffix == ".py" and "src" in path.parts]
    assert len(sources) > 100
    assert [line for path in sources for line in untaken(path)] == []
    bad = tmp_path / "bad.py"
    bad.write_text("try: f()\nexcept (KeyboardInterrupt, Abort): g()\n", encoding="utf-8")
    assert list(untaken(bad)) == ["bad.py:2"]
