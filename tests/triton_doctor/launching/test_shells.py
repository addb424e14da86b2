"""How each shell takes a text apart: by tables, and bash beside the real one."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triton_doctor.launching.shells import bash, cmd, pasting, powershell
from triton_doctor.launching.shells.words import BLANKS, DASHES, DOUBLE, SINGLE, Reading

TYPOGRAPHIC = DASHES + DOUBLE + SINGLE + BLANKS[2:]  # read as what was meant, and told

VALUES = {"PWD": "/here", "HOME": "/home/ada"}
BASH = shutil.which("bash")


def words(reading: Reading) -> list[list[str]]:
    return [[word.text for word in one.words] for one in reading.statements]


def kinds(reading: Reading) -> list[str]:
    return [one.kind for one in reading.oddities]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker run \\\n  -d image", [["docker", "run", "-d", "image"]]),
        ("docker run 'a b' \"c d\" e\\ f", [["docker", "run", "a b", "c d", "e f"]]),
        ("a $PWD/x ${PWD}/y $(pwd)/z `pwd`/w", [["a", "/here/x", "/here/y", "/here/z", "/here/w"]]),
        ("a \"$PWD/a b\" '$PWD' ~/m", [["a", "/here/a b", "$PWD", "/home/ada/m"]]),
        ("IMAGE=i:1\ndocker run ${IMAGE}", [["IMAGE=i:1"], ["docker", "run", "i:1"]]),
        (
            "export M=/m; docker run -v $M:/models",
            [["export", "M=/m"], ["docker", "run", "-v", "/m:/models"]],
        ),
        ("a ${X:-dflt} $X", [["a", "dflt", "$X"]]),
        ("a -v$'x\\ty' # rest\nb", [["a", "-vx\ty"], ["b"]]),
        ("a 2>&1 | tee log && b > f", [["a"], ["tee", "log"], ["b"]]),
        ("cat <<'E'\ndocker run\nE\nc", [["cat"], ["c"]]),
        ('a --x="$HF_TOKEN"', [["a", "--x=$HF_TOKEN"]]),
        ("cd x && docker run y", [["cd", "x"], ["docker", "run", "y"]]),
        ("a foo\\\nbar", [["a", "foobar"]]),
    ],
)
def test_bash(text: str, expected: list[list[str]]) -> None:
    assert words(bash.read(text, VALUES)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker run `\n  -d image", [["docker", "run", "-d", "image"]]),
        ('a \'it\'\'s\' "x`"y" "z""w"', [["a", "it's", 'x"y', 'z"w']]),
        ('a ${PWD}/x $pwd\\y "$(pwd)\\z"', [["a", "/here/x", "/here\\y", "/here\\z"]]),
        ("a $env:USERPROFILE\\m", [["a", "/home/ada\\m"]]),
        ("a T=$env:HF_TOKEN", [["a", "T=$env:HF_TOKEN"]]),
        ("$image = 'i:1'\ndocker run $image", [["$image", "=", "i:1"], ["docker", "run", "i:1"]]),
        ("a '\"device=0,1\"' # rest", [["a", '"device=0,1"']]),
        ("a “x y” b", [["a", "x y", "b"]]),
        ("<# note #> a; b | c", [["a"], ["b"], ["c"]]),
    ],
)
def test_powershell(text: str, expected: list[list[str]]) -> None:
    assert words(powershell.read(text, VALUES)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker run ^\n  -d image", [["docker", "run", "-d", "image"]]),
        ("a \"b c\" 'd e'", [["a", "b c", "'d", "e'"]]),
        ('a %cd%\\x "%CD%\\y" %USERPROFILE%', [["a", "/here\\x", "/here\\y", "/home/ada"]]),
        ('a "\\"device=0,1\\""', [["a", '"device=0,1"']]),
        ("set IMG=i:1\r\ndocker run %IMG%", [["set", "IMG=i:1"], ["docker", "run", "i:1"]]),
        ('set "IMG=i:1"\ndocker run %IMG%', [["set", "IMG=i:1"], ["docker", "run", "i:1"]]),
        ("@echo off\nrem x\n:: y\na & b && c", [["echo", "off"], ["a"], ["b"], ["c"]]),
        ("a ^& b", [["a", "&", "b"]]),
    ],
)
def test_cmd(text: str, expected: list[list[str]]) -> None:
    assert words(cmd.read(text, VALUES)) == expected


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (bash.read, "a \\ \n b", ["blank-after"]),
        (bash.read, "a `\n b ^\n c", ["continuation", "continuation"]),
        (bash.read, "a \\\r\n b", ["crlf"]),
        (bash.read, "a “b” –gpus", ["quote", "quote", "dash"]),
        (bash.read, "a\u00a0b", ["blank"]),
        (bash.read, "a 'b c\nd", ["unclosed"]),
        (powershell.read, "a \\\n b ` \n c", ["continuation", "blank-after"]),
        (powershell.read, 'a "b', ["unclosed"]),
        (cmd.read, "a \\\n b ^ \n c `\n d", ["continuation", "blank-after", "continuation"]),
        (cmd.read, "cd C:\\\na", []),
        (cmd.read, "a “b”", ["quote", "quote"]),
    ],
)
def test_oddities(read, text: str, expected: list[str]) -> None:
    assert kinds(read(text, VALUES)) == expected


@pytest.mark.parametrize(
    ("text", "own", "expected"),
    [
        ("docker run `\n -e A=$env:B `\n c", "posix", "powershell"),
        ("docker run ^\n -e A=%B% ^\n c", "posix", "cmd"),
        ("docker run \\\n -e A=$B \\\n c", "powershell", "posix"),
        ("docker run -e A=$env:B c", "posix", "posix"),
        ("docker run c", "cmd", "cmd"),
        ("docker run -v ${PWD}/m:/models c", "powershell", "powershell"),
    ],
)
def test_the_shell_is_told_by_signs(text: str, own, expected: str) -> None:
    assert pasting.by_signs(text, own) == expected


def test_prompts_numbers_and_fences_are_taken_away_and_places_stay() -> None:
    for text, left, shell in [
        ("ada@box:~/m$ docker run x", "docker run x", "posix"),
        ("PS C:\\Users\\ada> docker run `\n>> x", "docker run `\n   x", "powershell"),
        ("C:\\Users\\ada>docker run x", "docker run x", "cmd"),
        (" 1 docker run \\\n 2   x", "docker run \\\n   x", None),
        ("```powershell\ndocker run x\n```", "docker run x", "powershell"),
    ]:
        pasted = pasting.cleaned(text)
        assert len(pasted.text) == len(text)
        assert (pasted.text.strip().replace("     x", "   x"), pasted.shell) == (left, shell)


def by_bash(script: str, *argv: str) -> list[str] | None:
    """The words that the real bash sees; None where it refuses the text."""
    done = subprocess.run(
        [str(BASH), "-c", script, "bash", *argv],
        capture_output=True,
        check=False,
        env={"LC_ALL": "C.UTF-8"},
    )
    if done.returncode or done.stderr:
        return None
    return done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0" + TYPOGRAPHIC, exclude_categories=["Cs"])),
        min_size=1,
        max_size=4,
    )
)
def test_what_bash_quotes_is_read_back(argv: list[str]) -> None:
    quoted = by_bash('printf "%q\\0" "$@"', *argv)
    assert quoted is not None
    # The last word is not one of blanks alone: a backslash at the end is read as one that joins.
    (statement,) = bash.read(" ".join(["x", *quoted, "end"]), {}).statements
    assert [word.text for word in statement.words[1:-1]] == argv


@settings(max_examples=250, deadline=None)
@given(st.text("ab -=:/\\'\"\t,.%@+", max_size=24))
def test_words_are_parted_as_bash_parts_them(text: str) -> None:
    seen = by_bash(f"printf '%s\\0' x {text}\n")
    # A backslash before blanks at the end is taken for one that was to join lines.
    if seen is None or re.search(r"\\[ \t]+$", text):
        return
    reading = bash.read(f"x {text}\n", {})
    assert [word.text for one in reading.statements for word in one.words] == seen


@settings(max_examples=200, deadline=None)
@given(st.text("ab \n\\`^'\"$%{}()<>|&;“”–#~=\r\t", max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    """Every reader ends, and each word has its place in the text."""
    for read in (bash.read, powershell.read, cmd.read):
        for statement in read(text, VALUES).statements:
            for word in statement.words:
                assert 0 <= word.start <= word.end <= len(text)
