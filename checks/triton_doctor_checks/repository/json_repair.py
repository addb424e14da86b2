"""Makes JSON of what was nearly JSON, where only one thing can be meant. Pure.

One fault after another is put right, and the result counts only if it can be read as an object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from triton_doctor.api import ASK, SAFE, Plan, edit, plan
from triton_doctor.probes.repository_files import TextFile
from triton_doctor_checks.repository.json_fault import Fault, fault
from triton_doctor_checks.repository.json_places import replaced

_ROUNDS = 40  # faults in one file; more is another thing than a slip
_COMMENT = re.compile(r"[ \t]*(?:(?://|#)[^\n]*|/\*.*?\*/)", re.DOTALL)
_FENCE = re.compile(r"```[^\n]*\n?")
_SINGLE = re.compile(r"'([^'\"\\\n]*)'")
_NAME = re.compile(r"([A-Za-z_]\w*)(\s*:)")
_STRUCTURE = re.compile(r'[{}\[\]]|"(?:[^"\\]|\\.)*"?', re.DOTALL)
_WORDS = {"True": "true", "False": "false", "None": "null"}
_SMART = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'))
# The encodings of the catalogue's cases, as Python names them.
_CODECS = {"utf-8-bom": "utf-8-sig", "utf-16": "utf-16"}


def repair(path: str, file: TextFile, wrong: Fault) -> Plan | None:
    """The plan that makes the file readable; None where a person has to look."""
    text = file.text or ""
    if file.encoding in _CODECS:
        codec = _CODECS[file.encoding]
        if "\ufffd" in text:
            return None  # something in it is not of that encoding, and would be lost
        return plan("encoding", SAFE, edit(path, text, 1, 1, "", "", encoding=codec))
    new = escaped(text) if wrong.case == "non-ascii" else repaired(text)
    cut = new is None and wrong.case == "cut-off"
    if cut:
        new = _closed(text)
    if new is None or new == text:
        return None
    start, end = _differing(text, new)
    step = replaced(path, text, start, len(text) - end, new[start : len(new) - end])
    if step is None:
        return None
    return plan("close", ASK, step) if cut else plan("json", SAFE, step)


def repaired(text: str) -> str | None:
    """The text as JSON that holds an object; None where that is not sure."""
    for _ in range(_ROUNDS):
        wrong = fault(TextFile("", text=text))
        if wrong is None:
            return text
        mend = _MENDERS.get(wrong.case or "")
        new = mend(text, _index(text, wrong)) if mend else None
        if new is None or new == text:
            return None
        text = new
    return None


def _closed(text: str) -> str | None:
    """With the braces and brackets that the end of the file lacks; None inside of a text."""
    opened: list[str] = []
    for sign in _STRUCTURE.findall(text):
        if sign in "{[":
            opened.append(sign)
        elif sign in "}]":
            if not opened or opened.pop() != {"}": "{", "]": "["}[sign]:
                return None
        elif not sign.endswith('"') or len(sign) == 1:
            return None
    closing = "".join({"{": "}", "[": "]"}[one] for one in reversed(opened))
    whole = text.rstrip().rstrip(",")
    new = f"{whole}\n{closing}\n" if "\n" in text.strip() else whole + closing
    return new if fault(TextFile("", text=new)) is None else None


def escaped(text: str) -> str:
    """Every letter outside ASCII as JSON's escape."""
    return "".join(one if one.isascii() else json.dumps(one)[1:-1] for one in text)


def _index(text: str, wrong: Fault) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: wrong.line - 1]) + wrong.column - 1


def _differing(old: str, new: str) -> tuple[int, int]:
    """How many characters are the same at the beginning, and at the end of the rest."""
    most = min(len(old), len(new))
    start = next((at for at in range(most) if old[at] != new[at]), most)
    rest = most - start
    end = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    return start, end


def _comma_away(text: str, index: int) -> str | None:
    return text[:index] + text[index + 1 :] if text[index : index + 1] == "," else None


def _comma_added(text: str, index: int) -> str:
    return f"{text[: index + 1]},{text[index + 1 :]}"


def _without(pattern: re.Pattern[str]) -> Callable[[str, int], str | None]:
    def mend(text: str, index: int) -> str | None:
        hit = pattern.match(text, index)
        return text[:index] + text[hit.end() :] if hit else None

    return mend


def _double_quotes(text: str, index: int) -> str | None:
    hit = _SINGLE.match(text, index)
    return f'{text[:index]}"{hit[1]}"{text[hit.end() :]}' if hit else None


def _smart_quotes(text: str, _: int) -> str | None:
    """Only where no plain quote stands: else a typographic one may be part of a text."""
    return None if '"' in text else text.translate(_SMART)


def _word(text: str, index: int) -> str | None:
    for word, right in _WORDS.items():
        if text.startswith(word, index):
            return text[:index] + right + text[index + len(word) :]
    return None


def _quoted(text: str, index: int) -> str | None:
    hit = _NAME.match(text, index)
    return f'{text[:index]}"{hit[1]}"{hit[2]}{text[hit.end() :]}' if hit else None


def _unwrapped(text: str, _: int) -> str | None:
    """The one object in a list."""
    value = json.loads(text)
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
        return None
    start, end = text.index("["), text.rindex("]")
    inner = text[start + 1 : end].strip(" \t\r\n")
    return text[:start] + inner + text[end + 1 :]


_MENDERS: dict[str, Callable[[str, int], str | None]] = {
    "trailing-comma": _comma_away,
    "missing-comma": _comma_added,
    "comment": _without(_COMMENT),
    "fence": _without(_FENCE),
    "single-quotes": _double_quotes,
    "smart-quotes": _smart_quotes,
    "python-word": _word,
    "unquoted-key": _quoted,
    "not-object": _unwrapped,
}
