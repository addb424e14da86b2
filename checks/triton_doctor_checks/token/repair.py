"""Repairs for what the Hub said in a log, and for what the check sees. Pure."""

from __future__ import annotations

import re

from triton_doctor.api import (
    ASK,
    SHOW,
    Context,
    Found,
    Plan,
    ask_token,
    command,
    plan,
    setting,
)
from triton_doctor.probes.system import system
from triton_doctor.probes.token import Token, token

_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_OPENERS = {"macos": "open", "windows": "explorer", "wsl2": "explorer.exe"}


def repair(context: Context, seen: Found) -> Plan | None:
    """A token where there is none or a bad one; the page where terms are accepted."""
    if seen.problem == "token/no-access":
        return page(context, str(seen.values.get("model", "")))
    if seen.problem not in ("token/missing", "token/invalid"):
        return None
    fact = context.fact(token)
    set_now = any(one and one.present for one in (fact.asked, fact.given))
    if seen.problem == "token/missing" and set_now:
        return None  # it came after that start
    return anew(context, fact)


def anew(context: Context, fact: Token) -> Plan:
    """A token is asked for, and kept where huggingface_hub's own login keeps it."""
    given = context.deployment.token_file
    path = given or fact.home
    steps = [ask_token(path), *([] if given else [setting("token-file", path)])]
    return plan("ask", ASK, *steps, path=path)


def page(context: Context, model: str) -> Plan | None:
    """The model's page, where its terms are; a person has to accept them."""
    if not _NAME.fullmatch(model):
        return None
    step = command(opener(context), f"https://huggingface.co/{model}")
    return plan("page", SHOW, step, model=model)


def opener(context: Context) -> str:
    """The program that opens a page in the browser of this system."""
    return _OPENERS.get(context.fact(system).kind, "xdg-open")
