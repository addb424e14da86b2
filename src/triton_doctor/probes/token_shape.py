"""The outer form of a Hugging Face token, told without keeping any of it."""

from __future__ import annotations

import re
from typing import Literal

from triton_doctor.record import Record

Length = Literal["empty", "short", "usual", "long"]
Prefix = Literal["hf", "api-org", "other-service", "none"]

# A user token is hf_ and 34 letters or digits; tokens of other kinds are longer.
_SHORT, _LONG = 20, 200
_USUAL = re.compile(r"hf_[A-Za-z0-9]{30,}")
_FEW = 4  # as many different signs at the most stand in hf_xxxxxxxx
_PLACEHOLDER = re.compile(
    r"<.*>|\{.*\}|\[.*\]"
    r"|.*(?:your|token|replace|change.?me|example|placeholder|insert|paste|secret|dummy).*"
    r"|(?:hf_)?[x.*_…-]*",
    re.IGNORECASE,
)
_UNEXPANDED = re.compile(r"\$(?:env:|\{|\()?\w+[})]?|%\w+%", re.IGNORECASE)
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"


class Shape(Record, frozen=True):
    """What can be told of a token without telling it.

    length: short below 20 signs, long above 200. prefix: what it begins with; `other-service` is a
    key of NVIDIA, GitHub or OpenAI. unexpanded: the text is the name of a variable, as in
    `$HF_TOKEN`. foreign: signs outside ASCII. odd: ASCII signs that no token has.
    """

    length: Length
    prefix: Prefix = "none"
    placeholder: bool = False
    unexpanded: bool = False
    quoted: bool = False
    blank_ends: bool = False
    blank_inside: bool = False
    foreign: bool = False
    odd: bool = False


def shape(value: str) -> Shape:
    """The form of a value as it stands in a variable or a file."""
    bare = value.strip()
    core = bare.strip(_QUOTES)
    if not core:
        return Shape("empty")
    return Shape(
        length="short" if len(core) < _SHORT else "long" if len(core) > _LONG else "usual",
        prefix=_prefix(core),
        placeholder=_placeholder(core),
        unexpanded=_UNEXPANDED.fullmatch(core) is not None,
        quoted=bare != core,
        blank_ends=value != bare,
        blank_inside=re.search(r"\s", core) is not None,
        foreign=not core.isascii(),
        odd=re.search(r"[^\w.~+/=\s-]", core, re.ASCII) is not None and core.isascii(),
    )


def _prefix(core: str) -> Prefix:
    if core.startswith("hf_"):
        return "hf"
    if core.startswith("api_org_"):
        return "api-org"
    others = ("nvapi-", "ghp_", "gho_", "github_pat_", "sk-")
    return "other-service" if core.startswith(others) else "none"


def _placeholder(core: str) -> bool:
    """Whether the value was left as an example has it; letters at random may spell `your`."""
    usual = _USUAL.search(core)
    if usual:
        return len(set(usual[0][3:])) <= _FEW
    return _PLACEHOLDER.fullmatch(core) is not None
