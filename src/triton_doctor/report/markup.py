"""HTML that cannot be broken out of: what is no Markup is escaped, wherever it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any, Literal

# An address of which a part was taken out leads nowhere, so it is no link.
_INLINE = re.compile(r"`([^`\n]+)`|(https://(?![^\s<>`\"']*\[)[^\s<>`\"']*[^\s<>`\"'.,;:!?)\]])")
# What no page may have in it: controls, halves of pairs, and code points that are no signs.
_UNFIT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
    r"|[" + "".join(f"{chr(end - 1)}{chr(end)}" for end in range(0x1FFFF, 0x110000, 0x10000)) + "]"
)
_BARE = ("meta", "br", "hr")


class Markup(str):
    """Text that is HTML already. Only this module makes it out of other text."""

    __slots__ = ()


Child = str | Markup | Iterable[Any] | None


def tag(name: str, /, *children: Child, **attributes: str | Literal[True] | None) -> Markup:
    """An element. `class_` is class, `http_equiv` is http-equiv; True is an attribute alone."""
    told = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{_text(value)}"')
        for key, value in attributes.items()
        if value is not None
    )
    if name in _BARE:
        return Markup(f"<{name}{told}>")
    return Markup(f"<{name}{told}>{joined(children)}</{name}>")


def joined(children: Child) -> Markup:
    """Children one after the other."""
    if children is None:
        return Markup("")
    if isinstance(children, Markup):
        return children
    if isinstance(children, str):
        return Markup(_text(children))
    return Markup("".join(joined(child) for child in children))


def _text(text: str) -> str:
    return escape(_UNFIT.sub("\ufffd", text))


def prose(text: str) -> Markup:
    """Words with code between ticks and addresses as links."""
    done, at = list[Child](), 0
    for hit in _INLINE.finditer(text):
        done.append(text[at : hit.start()])
        done.append(tag("code", hit[1]) if hit[1] else link(hit[2]))
        at = hit.end()
    return joined([*done, text[at:]])


def link(address: str) -> Markup:
    return tag("a", address, href=address, rel="noreferrer")


def paragraphs(text: str) -> Markup:
    """Words as they stand in the catalogue: what is indented by four is a block of code."""
    parts, code = list[Child](), list[str]()
    for line in [*text.split("\n"), ""]:
        if line.startswith("    "):
            code.append(line[4:])
            continue
        if code:
            parts.append(block("\n".join(code), "command"))
            code = []
        if line.strip():
            parts.append(tag("p", prose(line.strip())))
    return joined(parts)


def block(text: str, kind: str | None = None) -> Markup:
    """Text as it is."""
    return tag("pre", tag("code", text), class_=kind)


def folded(summary: Child, *children: Child, open_: bool = False) -> Markup:
    return tag("details", tag("summary", summary), *children, open=True if open_ else None)
