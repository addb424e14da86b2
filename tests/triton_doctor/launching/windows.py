"""How Windows reads a command, by its documentation, since none runs here.

`split`: "Parsing C command-line arguments" (learn.microsoft.com/cpp/c-language). `cmd`: its phases,
percent signs first, then carets and quotes. `powershell`: one word, plain or in single quotes
(about_Quoting_Rules), then put into the command line as all versions up to 7.2 do it, and later
ones with $PSNativeCommandArgumentPassing = 'Legacy' (about_Preference_Variables); `newer` is what
7.3 does without it.
"""

from __future__ import annotations

import re
from collections.abc import Collection


def split(line: str) -> list[str]:
    """The arguments of a program, from its command line."""
    words: list[str] = []
    rest = line.strip(" \t")
    while rest:
        word, quoted, at = "", False, 0
        while at < len(rest):
            backslashes = len(rest) - at - len(rest[at:].lstrip("\\"))
            after = rest[at + backslashes : at + backslashes + 1]
            if backslashes:
                if after == '"':
                    word += "\\" * (backslashes // 2)
                    word += '"' * (backslashes % 2)
                    at += backslashes + backslashes % 2
                else:
                    word += "\\" * backslashes
                    at += backslashes
            elif rest[at] == '"':
                if quoted and rest[at + 1 : at + 2] == '"':
                    word += '"'
                    at += 2
                    continue
                quoted = not quoted
                at += 1
            elif rest[at] in " \t" and not quoted:
                break
            else:
                word += rest[at]
                at += 1
        words.append(word)
        rest = rest[at:].lstrip(" \t")
    return words


def cmd(line: str, environ: Collection[str]) -> str:
    """What a program gets as its command line, of what is typed at the prompt of cmd."""
    known = {name.upper() for name in environ}
    for name in re.findall("(?=%([^%]*)%)", line):
        assert name.partition(":")[0].upper() not in known, f"cmd puts %{name}% in: {line!r}"
    passed, quoted, at = "", False, 0
    while at < len(line):
        sign = line[at]
        if sign == '"':
            quoted = not quoted
        elif sign == "^" and not quoted:
            at += 1
            passed += line[at : at + 1]
            at += 1
            continue
        elif sign in "&|<>()" and not quoted:
            raise AssertionError(f"cmd acts on {sign!r} in {line!r}")
        passed += sign
        at += 1
    return passed


def _typed(text: str) -> str:
    """The value of one word as PowerShell reads it."""
    if text.startswith("'"):
        assert re.fullmatch(r"'(?:[^'\u2018-\u201b]|(?:['\u2018-\u201b]){2})*'", text), text
        return re.sub("(['\u2018-\u201b])['\u2018-\u201b]", r"\1", text[1:-1])
    assert not re.search(r"[\s,;@#${}()`|&<>\"']", text), text
    assert not re.fullmatch(r"-[^=]*[.:].*", text), text  # an option is broken there
    return text


def powershell(text: str) -> str:
    """One word as it stands in the command line, up to 7.2 and as Legacy."""
    value = _typed(text)
    count, blank, after = 0, False, False
    for sign in value:
        if sign == '"' and not after:
            count += 1
        elif sign.isspace() and count % 2 == 0:
            blank = True
        after = sign == "\\"
    return f'"{value}"' if blank else value


def newer(text: str) -> str:
    """The word that a program gets from 7.3 on: just the value."""
    return _typed(text)
