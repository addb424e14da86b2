"""Every exception that an exception stands for is found, each once."""

from __future__ import annotations

from triton_doctor.host.nested import nested


class Wrapper(Exception):
    def __init__(self, reason: object, *args: object) -> None:
        super().__init__(*args)
        self.reason = reason


def names(error: BaseException) -> set[str]:
    found = list(nested(error))
    assert found[0] is error
    assert len({id(one) for one in found}) == len(found)
    return {type(one).__name__ for one in found}


def test_causes_contexts_reasons_and_arguments_are_all_found() -> None:
    error = Wrapper(ConnectionRefusedError(111, "refused"), ("words", PermissionError(13, "no")))
    error.__cause__, error.__context__ = TimeoutError(), KeyError("x")
    inner = {"ConnectionRefusedError", "PermissionError", "TimeoutError", "KeyError"}
    assert names(error) == {"Wrapper", *inner}


def test_a_reason_that_is_a_word_is_none_and_a_circle_ends() -> None:
    error = Wrapper("a word")
    error.__context__ = other = ValueError(error)
    other.__cause__ = error
    assert names(error) == {"Wrapper", "ValueError"}
