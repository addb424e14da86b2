"""What comes along when a command is copied from a page, and which shell it is for. Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from triton_doctor.launching.shells.words import Oddity
from triton_doctor.probes.shell import ShellKind
from triton_doctor.record import Record

_FENCE = re.compile(r"^[ \t]*```+[ \t]*([\w-]*)[^\n]*$", re.MULTILINE)
_NUMBER = re.compile(r"[ \t]*(\d+)(?:[ \t]*[:.|)])?[ \t]+|[ \t]*(\d+)\r?$")
# `$ docker`, `ada@box:~/models$ docker`, `[ada@box ~]$ docker`, and Git Bash's two lines.
_POSIX = re.compile(
    r"[ \t]*(?:\([\w.-]+\) )?(?:\[?[\w.-]+@[\w.-]+[^\n$#]*[$#]|\$|❯|➜ +\S+)[ \t]+(?=\S)"
)
_POWERSHELL = re.compile(
    r"[ \t]*(?:\([\w.-]+\) )?PS(?: [A-Za-z]:\\[^>\n]*| ?/[^>\n]*)?>[ \t]*(?=\S)"
)
_CMD = re.compile(r"[ \t]*[A-Za-z]:\\[^>\n]*>[ \t]*(?=\S)")
_MORE = re.compile(r"[ \t]*(?:>{1,2}[ \t]+|More\?[ \t]*)(?=\S)")  # `More?` is cmd's
_PROMPTS: tuple[tuple[re.Pattern[str], ShellKind], ...] = (
    (_POWERSHELL, "powershell"),
    (_CMD, "cmd"),
    (_POSIX, "posix"),
)
_FENCES: dict[str, ShellKind] = {
    **dict.fromkeys(("powershell", "pwsh", "ps1", "ps"), "powershell"),
    **dict.fromkeys(("cmd", "bat", "batch", "dos"), "cmd"),
    **dict.fromkeys(("bash", "sh", "shell", "zsh"), "posix"),
}
_ENDINGS: dict[str, ShellKind] = {
    **dict.fromkeys((".sh", ".bash", ".zsh"), "posix"),
    **dict.fromkeys((".ps1", ".psm1"), "powershell"),
    **dict.fromkeys((".cmd", ".bat"), "cmd"),
}
_SIGNS: dict[ShellKind, re.Pattern[str]] = {
    "posix": re.compile(r"\s\\[ \t]*\r?$|\$\(pwd\)|^\s*export |\$[A-Z][A-Z_]+\b|^#!", re.MULTILINE),
    "powershell": re.compile(r"\s`[ \t]*\r?$|\$\{?env:|^\s*\$\w+ = ", re.MULTILINE | re.IGNORECASE),
    "cmd": re.compile(
        r"\s\^[ \t]*\r?$|%[A-Za-z_]\w*%|^\s*@?set \"?\w+=|^\s*@echo |^rem ",
        re.MULTILINE | re.IGNORECASE,
    ),
}
_NEUTRAL = re.compile(r"\$PWD\b|\$HOME\b")  # PowerShell has these too


class Pasted(Record, frozen=True):
    """A text with blanks in the place of what came along; as long as it was.

    shell: that of the prompt or of the fence, if there is one.
    """

    text: str
    oddities: tuple[Oddity, ...]
    shell: ShellKind | None = None


def cleaned(text: str) -> Pasted:
    """Take away prompts, line numbers and the fences of Markdown."""
    oddities: list[Oddity] = []
    shell: ShellKind | None = None
    for fence in _FENCE.finditer(text):
        shell = shell or _FENCES.get(fence[1].lower())
        text = _blanked(text, fence.start(), fence.end())
    for start, end in _numbers(text):
        oddities.append(Oddity("numbers", start, end, ""))
        text = _blanked(text, start, end)
    for start, end, kind in _prompts(text):
        shell = shell or kind
        oddities.append(Oddity("prompt", start, end, ""))
        text = _blanked(text, start, end)
    return Pasted(text, tuple(oddities), shell)


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _lines(text: str) -> list[tuple[int, str]]:
    """Each line that is not blank, with its place."""
    place, found = 0, []
    for line in text.split("\n"):
        if line.strip():
            found.append((place, line))
        place += len(line) + 1
    return found


def _numbers(text: str) -> list[tuple[int, int]]:
    """Numbers before the lines: all lines have one, and they go up by one."""
    lines = _lines(text)
    found = [_NUMBER.match(line) for _, line in lines]
    numbers = [int(one[1] or one[2]) for one in found if one]
    if len(numbers) < 2 or len(numbers) < len(lines):
        return []
    if any(after != before + 1 for before, after in pairwise(numbers)):
        return []
    return [(start, start + one.end()) for (start, _), one in zip(lines, found, strict=True) if one]


def _prompts(text: str) -> list[tuple[int, int, ShellKind]]:
    found: list[tuple[int, int, ShellKind]] = []
    last: ShellKind = "posix"
    for start, line in _lines(text):
        for pattern, kind in _PROMPTS:
            hit = pattern.match(line)
            if hit:
                last = kind
                found.append((start, start + hit.end(), kind))
                break
        else:
            more = _MORE.match(line)
            if more and found:
                found.append((start, start + more.end(), last))
    return found


def by_file(path: str, text: str) -> ShellKind | None:
    """The shell that a script is for, by its name or its first line."""
    name = path.lower()
    ending = name[name.rfind(".") :] if "." in name else ""
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    first = text.partition("\n")[0]
    if first.startswith("#!"):
        return "powershell" if "pwsh" in first else "posix"
    return None


def by_signs(text: str, own: ShellKind) -> ShellKind:
    """The shell that most signs speak for; where it is even, the one that the user is in."""
    family: ShellKind = own if own in _SIGNS else "posix"
    bare = _NEUTRAL.sub("", text)
    votes = {kind: len(pattern.findall(bare)) for kind, pattern in _SIGNS.items()}
    votes[family] += 1
    best = max(votes, key=lambda kind: (votes[kind], kind == family))
    return own if best == family else best
