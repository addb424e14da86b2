"""Exceptions out of exceptions: what a library raises wraps what the system said."""

from __future__ import annotations

from collections.abc import Iterator


def nested(error: BaseException) -> Iterator[BaseException]:
    """The exception, its causes, and exceptions that stand among their arguments."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting += one
        # An exception's `reason` may be another exception, or no more than a word.
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
