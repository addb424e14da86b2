"""The page of the guide that shows the recording."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.lab.verdicts.run import Row, Rows, counts

PAGE = Path(__file__).parents[3] / "docs/guide/verdicts.md"
_STATES = {
    "ready": "takes it",
    "refused": "refuses it",
    "crashed": "crashes",
    "hangs": "never gets ready",
}


def text(old: str, rows: Rows) -> str:
    """The page with its generated part written anew."""
    head, _, rest = old.partition("<!-- tables -->\n")
    _, mark, tail = rest.partition("<!-- end of tables -->")
    return f"{head}<!-- tables -->\n{tables(rows)}{mark}{tail}"


def tables(rows: Rows) -> str:
    states = Counter(one.server for one in rows.values())
    differ = [one for one in rows.values() if one.differs]
    said = (
        f"{len(rows)} repositories were compared. The server takes {states['ready']} of them,"
        f" refuses {states['refused']}, crashes on {states['crashed']}, and never gets ready with"
        f" {states['hangs']}. On {len(rows) - len(differ)} both agree."
    )
    lines = [
        f"{said}\n",
        *_kinds(rows),
        f"\n## The {len(differ)} disagreements\n",
        *_differences(differ),
        "\n## Every case\n",
        *_cases(rows),
    ]
    return "\n".join(lines) + "\n"


def _kinds(rows: Rows) -> list[str]:
    head = ["| kind | cases | agree |", "| --- | --- | --- |"]
    apart = Counter(one.kind for one in rows.values() if one.differs)
    body = [f"| {kind} | {all_} | {all_ - apart[kind]} |" for kind, all_ in counts(rows).items()]
    return [*head, *body]


def _differences(differ: list[Row]) -> list[str]:
    head = ["| case | the server | the doctor | why |", "| --- | --- | --- | --- |"]
    body = [
        f"| {one.kind}: {_plain(one.title)} | {_server(one)} | {_doctor(one)} | {one.reason} |"
        for one in differ
    ]
    return [*head, *body]


def _cases(rows: Rows) -> list[str]:
    lines: list[str] = []
    kind = ""
    for one in rows.values():
        if one.kind != kind:
            kind = one.kind
            title = kind[0].upper() + kind[1:]
            lines += [
                f"\n### {title}\n",
                "| case | the server | the doctor |",
                "| --- | --- | --- |",
            ]
        lines.append(f"| {_plain(one.title)} | {_server(one)} | {_doctor(one)} |")
    return lines[1:] if lines and not lines[0] else lines


def _server(one: Row) -> str:
    word = _STATES[one.server]
    return f"{word}: {_code(one.word)}" if one.word else word


def _doctor(one: Row) -> str:
    errors = [f"[`{name}`](../problems/{name}.md)" for name in one.errors]
    mild = [f"a warning, `{name}`" for name in one.warnings if name not in one.errors]
    doubt = ["cannot tell"] if one.differs == "the doctor could not tell" else []
    return ", ".join([*errors, *mild, *doubt]) or "sound"


def _code(text: str) -> str:
    """As code in a cell of a table: its marks may hold neither a bar nor a backquote."""
    clean = "".join(sign if sign.isprintable() else "?" for sign in text)
    return f"`{clean.replace('`', chr(39)).replace('|', '/')}`"


def _plain(title: str) -> str:
    return "".join("\\" + sign if sign in "\\*_<>|[]`" else sign for sign in title)
