"""Edits change what they name, and not one byte besides."""

from __future__ import annotations

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from triton_doctor.fixing.texts import Misplaced, Unset, difference, edited, with_values
from triton_doctor.repairs import Edit
from triton_doctor.spots import spot

BOM = b"\xef\xbb\xbf"
TOML = "# mine\r\n\r\nhttp_port = 8000   # usual\r\nimage = 'x' \r\n[later]\r\nb = {a = 1 }\r\n"


def at(text: str, old: str, new: str, encoding: str = "utf-8") -> Edit:
    return Edit("f", *spot(text, text.index(old)), old, new, encoding)


def test_several_edits_speak_of_the_text_as_it_was() -> None:
    text = "a: 1,  # one\n\tb:  half\n\nc: ture"
    edits = [at(text, "ture", "true"), at(text, "1", "11111"), at(text, "half", '"half"')]
    assert edited(text.encode(), edits) == b'a: 11111,  # one\n\tb:  "half"\n\nc: true'


def test_new_lines_end_as_the_others_do() -> None:
    text = "a {\r\n  b\r\n}\r\n"
    assert edited(text.encode(), [at(text, "b", "b\nc")]) == b"a {\r\n  b\r\n  c\r\n}\r\n".replace(
        b"  c", b"c"
    )
    unix = text.replace("\r", "")
    assert edited(unix.encode(), [at(unix, "b", "b\nc")]) == b"a {\n  b\nc\n}\n"


def test_a_mark_and_bytes_that_are_no_utf_8_stay() -> None:
    text = "caf\N{REPLACEMENT CHARACTER} = half\n"
    assert edited(b"caf\xe9 = half\n", [at(text, "half", "1")]) == b"caf\xe9 = 1\n"
    assert edited(BOM + b"a half", [at("a half", "half", "1")]) == BOM + b"a 1"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_another_encoding_becomes_utf_8_without_a_mark(codec: str) -> None:
    text = "näme: ture\r\n"
    named = "utf-16" if codec.startswith("utf-16") else codec
    whole = edited(text.encode(codec), [Edit("f", 1, 1, encoding=named), at(text, "ture", "true")])
    assert whole == "näme: true\r\n".encode()


def test_a_text_that_was_starred_out_is_known_again() -> None:
    secret = '{"hf_token": "hf_abcdefghijklmnop", "a": 1}'
    starred = '"hf_token": "******************", '
    removal = Edit("f", 1, 2, starred.replace("*" * 18, "*" * 19), "")
    assert edited(secret.encode(), [removal]) == b'{"a": 1}'
    with pytest.raises(Misplaced):
        edited(secret.encode(), [Edit("f", 1, 2, removal.old, removal.old + " ")])


@pytest.mark.parametrize(
    "edit",
    [
        Edit("f", 1, 1, "b", "c"),
        Edit("f", 9, 1, "a", "c"),
        Edit("f", 1, 5, "a", "c"),
        Edit("f", 0, 0, "a", "c"),
    ],
)
def test_what_is_not_at_its_place_is_not_changed(edit: Edit) -> None:
    with pytest.raises(Misplaced):
        edited(b"a\n", [edit])


def test_edits_of_the_same_place_are_refused_unless_equal() -> None:
    text = "abc"
    twice = [at(text, "b", "x"), at(text, "b", "x")]
    assert edited(text.encode(), twice) == b"axc"
    with pytest.raises(Misplaced):
        edited(text.encode(), [at(text, "ab", "x"), at(text, "bc", "y")])


@given(st.text(st.sampled_from("ab\r\n\té€\U0001f600"), max_size=60), st.data())
def test_every_character_outside_the_edits_stays(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    one = Edit("f", *spot(text, start), text[start:end], "NEW")
    assert edited(text.encode(), [one]) == (text[:start] + "NEW" + text[end:]).encode()


def test_a_setting_is_changed_where_it_stands_or_put_above_the_tables() -> None:
    new = with_values(TOML.encode(), {"http-port": 9000, "grpc-port": 9001}).decode()
    assert "http_port = 9000   # usual\r\n" in new
    assert new.index("grpc-port = 9001\r\n") < new.index("[later]")
    left = new.replace("http_port = 9000", "http_port = 8000").replace("grpc-port = 9001\r\n", "")
    assert left.replace("\r\n\r\n[later]", "\r\n[later]") == TOML


def test_a_mark_a_missing_last_line_end_and_comments_in_a_list_stay() -> None:
    assert with_values(BOM + b"a = 1", {"b": "x"}) == BOM + b'a = 1\nb = "x"'
    text = "model = [\n  'gemma', # small\n  'phi',\n]\n"
    new = with_values(text.encode(), {"model": ("gemma", "qwen")}).decode()
    assert "'gemma', # small" in new
    assert tomli.loads(new) == {"model": ["gemma", "qwen"]}
    assert with_values(text.encode(), {"model": ("gemma", "phi")}) == text.encode()


def test_a_new_settings_file_is_one_line() -> None:
    assert with_values(b"", {"shm-size": "1g"}) == b'shm-size = "1g"\n'


@pytest.mark.parametrize("broken", [b"a = ", b"\xff = 1\n", b"a = 1\na = 2\n"])
def test_settings_that_cannot_be_read_are_not_changed(broken: bytes) -> None:
    with pytest.raises(Unset):
        with_values(broken, {"b": 1})


def test_a_diff_shows_no_secret_and_no_line_ends() -> None:
    old = b'{\r\n  "hf_token": "hf_abcdefghijklmnop",\r\n  "a": half\r\n}'
    shown = difference(("f", "f"), old, old.replace(b"half", b"1"), encoding="utf-8", secret=False)
    assert '-  "a": half\n+  "a": 1\n' in shown
    assert "hf_abc" not in shown
    assert "\r" not in shown
    assert "\\ No newline at end of file" in shown
    assert difference(("/dev/null", "t"), None, b"hf_x", encoding="utf-8", secret=True) == (
        "--- /dev/null\n+++ t\n+(the token; it is shown nowhere)\n"
    )


def test_a_diff_of_an_encoding_says_so() -> None:
    shown = difference(("f", "f"), "a\n".encode("utf-16"), b"a\n", encoding="utf-16", secret=False)
    assert shown == "--- f\n+++ f\n(written as UTF-8 without a mark)\n"


def test_bytes_that_are_no_utf_8_count_as_they_were_seen_and_stay() -> None:
    data = b"# caf\xe9 \xe2\x80, \xff\nname: 'a\xe9'  # \xe2\x80 b\n"
    seen = data.decode("utf-8", "replace").split("\n")
    edits = [
        Edit("a", 2, seen[1].index("b") + 1, "b", "c"),
        Edit("a", 1, seen[0].index(",") + 1, ",", ";"),
    ]
    assert edited(data, edits) == data.replace(b",", b";").replace(b" b", b" c")
    name = Edit("a", 2, 7, "'a\ufffd'", '"gemma"')
    assert edited(data, [name]) == data.replace(b"'a\xe9'", b'"gemma"')
