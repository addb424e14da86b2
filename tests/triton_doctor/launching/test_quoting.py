"""Every word arrives as it is, through real shells and through Windows' written rules."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.triton_doctor.launching import windows
from triton_doctor.launching.quoting import (
    DIALECTS,
    ShellName,
    Unquotable,
    argv_word,
    needs_legacy,
)

ANY = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
SPECIAL = st.text("ab \"'\\$`%^&|<>()!*?~=#,;:@{}[]-/.\u2019\t", max_size=12)
WORDS = st.lists(st.one_of(ANY, SPECIAL), min_size=1, max_size=8)
ONE_LINE = SPECIAL.filter(lambda word: bool(word))

# From "Parsing C command-line arguments" (learn.microsoft.com/cpp/c-language).
DOCUMENTED = [
    (r'"abc" d e', ["abc", "d", "e"]),
    (r'a\\b d"e f"g h', [r"a\\b", "de fg", "h"]),
    (r"a\\\"b c d", [r"a\"b", "c", "d"]),
    (r'a\\\\"b c" d e', [r"a\\b c", "d", "e"]),
    ('a"b"" c d', ['ab" c d']),
]


@pytest.mark.parametrize(("line", "words"), DOCUMENTED)
def test_the_splitting_here_is_the_documented_one(line: str, words: list[str]) -> None:
    assert windows.split(line) == words


@settings(max_examples=60, deadline=None)
@given(WORDS)
def test_real_bash_hands_every_word_on(words: list[str]) -> None:
    typed = " ".join(DIALECTS["bash"].quote(word) for word in words)
    done = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {typed}"], capture_output=True, check=True, env={}
    )
    assert done.stdout == b"".join(word.encode() + b"\0" for word in words)


@given(st.one_of(ANY, SPECIAL))
def test_a_program_on_windows_gets_the_word(word: str) -> None:
    assert windows.split("docker " + argv_word(word) + " end") == ["docker", word, "end"]
    assert windows.split(argv_word(word, always=True)) == [word]


@given(st.lists(ONE_LINE, min_size=1, max_size=4))
def test_cmd_hands_every_word_on(words: list[str]) -> None:
    quote = DIALECTS["cmd"].quote
    environ = ["A", "AB", "B", " ", "A B"]
    line = " ".join(["docker", *map(quote, words), "end"])
    assert windows.split(windows.cmd(line, environ)) == ["docker", *words, "end"]


@given(ONE_LINE)
def test_powershell_hands_a_word_on(word: str) -> None:
    """In the old way where there are quotes in it, in both ways where there are none."""
    typed = DIALECTS["powershell"].quote(word)
    if not needs_legacy(word):
        assert windows.newer(typed) == word
    if not word.endswith("\\"):  # versions differ in a backslash before their own closing quote
        assert windows.split(windows.powershell(typed)) == [word]


# What is typed for a word, shell by shell.
TABLE: list[tuple[str, str, str, str]] = [
    # word, bash, PowerShell, cmd
    ("--gpus", "--gpus", "--gpus", "--gpus"),
    ("8000:8000", "8000:8000", "8000:8000", "8000:8000"),
    (
        '"device=0,1"',
        "'\"device=0,1\"'",
        r"""'\"device=0,1\"'""",
        r'"\"device=0,1\""',
    ),
    ("device=0", "device=0", "device=0", "device=0"),
    ("a,b", "a,b", "'a,b'", "a,b"),
    ("1gb", "1gb", "'1gb'", "1gb"),
    (r"C:\my models", r"'C:\my models'", r"'C:\my models'", r'"C:\my models"'),
    ("$HOME", "'$HOME'", "'$HOME'", '"$HOME"'),
    ("%PATH%", "'%PATH%'", "'%PATH%'", '^"^%^PATH^%^"'),
    ("it's", "'it'\"'\"'s'", "'it''s'", '"it\'s"'),
    ("a&b", "'a&b'", "'a&b'", '"a&b"'),
    ("--load-model=*", "'--load-model=*'", "'--load-model=*'", "--load-model=*"),
    ("-x.y", "-x.y", "'-x.y'", "-x.y"),
    (":", ":", "':'", ":"),
    ("-/x", "-/x", "'-/x'", "-/x"),
    ("`", "'`'", "'`'", '"`"'),
    ('say "a b"', "'say \"a b\"'", "'say \\\"a b\\\"'", r'"say \"a b\""'),
    ("", "''", "'\"\"'", '""'),
]


@pytest.mark.parametrize(("word", "bash", "powershell", "cmd"), TABLE)
def test_what_is_typed(word: str, bash: str, powershell: str, cmd: str) -> None:
    assert DIALECTS["bash"].quote(word) == bash
    assert DIALECTS["git-bash"].quote(word) == bash
    assert DIALECTS["powershell"].quote(word) == powershell
    assert DIALECTS["cmd"].quote(word) == cmd


def test_what_windows_documentation_says_of_inner_quotes() -> None:
    """Up to 7.2 the quotes of '"device=0,1"' are gone when docker splits the line."""
    assert windows.split(windows.powershell("'\"device=0,1\"'")) == ["device=0,1"]
    assert windows.split(windows.powershell(r"""'\"device=0,1\"'""")) == ['"device=0,1"']
    assert windows.newer(r"""'\"device=0,1\"'""") != '"device=0,1"'


@pytest.mark.parametrize("word", ["a\nb", "a\rb"])
def test_cmd_has_no_writing_for_a_line_break(word: str) -> None:
    with pytest.raises(Unquotable, match="end of the line"):
        DIALECTS["cmd"].quote(word)


@pytest.mark.parametrize("shell", ["bash", "fish", "git-bash", "powershell", "cmd"])
def test_nothing_that_was_typed_goes_on_by_accident(shell: ShellName) -> None:
    """A word never ends in the sign that continues a line."""
    dialect = DIALECTS[shell]
    for word in ("a\\", "a`", "a^", "C:\\"):
        assert not dialect.quote(word).endswith(dialect.goes_on)
