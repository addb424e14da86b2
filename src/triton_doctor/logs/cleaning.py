"""A line as it was printed, without what was put around its message on the way.

Colours, time stamps, levels, worker and compose prefixes, the quoting of Triton and of Docker's
own log driver. What programs print them is told beside each pattern.
"""

from __future__ import annotations

import json
import re

from triton_doctor.record import Record

LONGEST = 16 << 10  # characters of a message that are looked at from each end

# Escape sequences whole, then all control characters but tab, newline and carriage return.
_CONTROL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
# `cat -v` and logs that lost the escape character: ^[[36m, [36m(EngineCore pid=1)[0;0m.
_BARE_COLOUR = re.compile(
    r"\^\[\[[0-9;]*[A-Za-z]|\[(?:\d{1,2};)*\d{0,2}m(?!\w)|\[0;\d{1,2}m|\[\d{2}m"
)
_DATE = r"\d{4}[-/]\d\d[-/]\d\d[T _]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|\ ?[+-]\d\d:?\d\d)?"
_LEVELS = r"TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE"
# Such a line in a quotation or a list is indented as a whole; what stands below one stays as it is.
_INDENTED = re.compile(
    rf"\s+(?=\[?[IWEF]\d{{4}}\ \d\d:|(?:{_LEVELS})\s+\d\d-\d\d\ |\[?{_DATE}|\([\w.]+\ pid=)"
)
_PREFIX = re.compile(
    rf"""(?:
      # journalctl -o short-iso; cat -n
      {_DATE}\s[\w.-]+\s[\w./-]+\[\d+\]:\s
    | \s{{0,6}}\d{{1,6}}\t
      # docker logs -t, containerd, most loggers
    | \[?{_DATE}\]?(?:\s+std(?:out|err)\s+[FP])?(?:\s*[-|]\s+|:?\s+|$)
      # syslog and journald, kubectl logs --prefix, compose
    | [A-Z][a-z]{{2}}\s+\d{{1,2}}\ \d\d:\d\d:\d\d\ [\w.-]+\ [\w./-]+(?:\[\d+\])?:\s
    | \[pod/[^\]]+\]\s
    | [A-Za-z0-9][\w./-]{{0,80}}\s+\|\s?
      # Ray and vLLM's workers, torchrun and mpirun
    | \((?:[\w.:\[\]-]+\s+)*(?:\w+=[\w.]+[,\s]+)*pid=\d+[^)]{{0,80}}\)\s?
    | \[(?:rank\s?\d+|default\d+|\d+,\d+)\](?:<std\w+>)?:?\s?
      # vLLM: INFO 06-14 12:00:01 [core.py:586], before 0.8 INFO 01-01 00:00:00 llm_engine.py:70]
    | (?P<vllm>{_LEVELS})\s+\d\d-\d\d\ \d\d:\d\d:\d\d(?:\.\d+)?\s+
        (?:\[[^\]\s]*?:\d+\]|[\w./-]+:\d+\])\s?
      # Triton, glog, c10d; Triton with --log-format=ISO8601, after its date
    | \[?(?P<glog>[IWEF])(?:\d{{8}}|\d{{3,4}})\s[\d:.]+\s+(?:\d+\s+)?[\w.\-/+]+:\d+\]\s?
    | \s?(?P<triton>[IWEF])\s\d+\s[\w.-]+:\d+\]\s?
    | \[libprotobuf\ (?P<proto>\w+)\ [^\]]*\]\s?
      # NCCL_DEBUG
    | \[(?P<nccl>\w[\w.-]*:\d+:\d+)\]\s(?=NCCL)
    | \w[\w.-]*:\d+:\d+\s\[\d*\]\s(?=NCCL|\w+[./]\w+)
      # Python's logging, in the forms of common formatters; uvicorn
    | [\w.]+\s-\s(?P<dash>{_LEVELS})\s-\s
    | \[[\w-]{{2,30}}\]\s?(?=\[(?:{_LEVELS})\])
    | \[(?P<bracket>{_LEVELS})(?:\s[^\]]{{0,60}})?\]:?\s?
    | (?P<colon>{_LEVELS}):(?:[\w.]+:|\s{{2,}})
    | >\s
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_SIGNS = {"n": "\n", "t": "\t", "r": "", "b": "", "f": ""}
# What dockerd, containerd and runc print: time="..." level=error msg="..."
_LOGFMT = re.compile(
    r'^time="?[^"\s]+"?\s+level=(?P<level>\w+)\s+msg="(?P<text>(?:\\.|[^"\\])*)"?(?P<rest>.*)'
)
_JSON_KEYS = ("log", "message", "msg", "text")
_PREFIXES = 8  # of one line: compose, time stamp, worker, level, …


class Cleaned(Record, frozen=True):
    """A message; level: I, W, E or F, empty where the line tells none; framed: it had a prefix."""

    text: str
    level: str = ""
    framed: bool = False


def decode(raw: bytes) -> str:
    """The text of a line; of one that is too long its beginning and its end."""
    if len(raw) > 4 * LONGEST:
        raw = raw[: 2 * LONGEST] + b" ... " + raw[-2 * LONGEST :]
    return raw.decode("utf-8", "replace")


def plain(text: str) -> str:
    """Without escape sequences and control characters."""
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    if "[" in text:
        text = _BARE_COLOUR.sub("", text)
    return text


def cleaned(line: str) -> Cleaned:
    """The message of one line, with its quoting undone: it may hold newlines then."""
    text, level = plain(line).rstrip(), ""
    framed = False
    if text[:1].isspace() and (indented := _INDENTED.match(text)):
        text = text[indented.end() :]
    if text.startswith("{"):
        text, level = _from_json(text)
    for _ in range(_PREFIXES):
        match = _PREFIX.match(text)
        if not match:
            break
        framed = True
        text = text[match.end() :]
        if match.lastgroup and match.lastgroup != "nccl":
            level = _level(match[match.lastgroup])
            if match.lastgroup in ("glog", "triton") and text.startswith('"'):
                text = unescaped(text.rstrip('"')[1:])
                break
        if text.startswith("{"):
            text, level = _from_json(text)
    logfmt = _LOGFMT.match(text)
    if logfmt:
        text, level = unescaped(logfmt["text"]) + logfmt["rest"], _level(logfmt["level"])
    return Cleaned(text[:LONGEST].rstrip(), level, framed)


def unescaped(text: str) -> str:
    """Undo backslashes as JSON has them."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    if match[1]:
        return _CONTROL.sub("", chr(int(match[1], 16)))
    return _SIGNS.get(match[2], match[2])


def _from_json(text: str) -> tuple[str, str]:
    """The message of a line of Docker's json-file driver, or of structured logging."""
    if not any(f'"{key}"' in text for key in _JSON_KEYS):
        return text, ""
    try:
        table = json.loads(text)
    except ValueError:
        return text, ""
    key = next((key for key in _JSON_KEYS if isinstance(table.get(key), str)), None)
    # A reply of a server is an object too; it is left as it is.
    if key is None or not {"stream", "time", "level", "timestamp", "ts", "levelname"} & set(table):
        return text, ""
    told = table.get("level") or table.get("levelname")
    return plain(table[key]).rstrip(), _level(told) if isinstance(told, str) else ""


def _level(word: str) -> str:
    first = word[:1].upper()
    return {"C": "F", "S": "E", "N": "I", "T": "I", "D": "I"}.get(first, first)
