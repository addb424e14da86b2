"""Secrets by where they stand: in a header, an address, or an option of a known program."""

from __future__ import annotations

import re

from triton_doctor.redact.shapes import Form, edge

_SCHEME = "(?:bearer|basic|token|digest|negotiate|apikey)"
# A port, and no password with a slash in it.
_NO_PORT = r"(?!\d{1,5}(?:[/?#]|$))"

CREDENTIALS = (
    # Schemes of many parts, of which several tell something.
    Form(
        "credential",
        ("authorization",),
        r"authorization[\"']?\s*[:=]\s*[\"']?(?:digest|aws4-[\w-]+)\s+(?P<s>[^\s\[][^\n]{5,})",
        re.IGNORECASE,
    ),
    Form(
        "credential",
        ("authorization",),
        rf"authorization[\"']?\s*[:=,]\s*b?[\"']?(?:{_SCHEME}\\?\s+)?(?!{_SCHEME}\b)"
        r"(?![$%<*\[{(:]|x{3,}|\.{3}|your|(?:None|null|true|false|header)\b)"
        r"(?P<s>[A-Za-z0-9._~+/=-]{6,})",
        re.IGNORECASE,
    ),
    Form(
        "credential",
        ("bearer",),
        r"bearer (?!token\b|\[)(?P<s>[A-Za-z0-9._~+/=-]{8,})",
        re.IGNORECASE,
    ),
    Form(
        "credential",
        ("basic ",),
        r"[Bb]asic (?![A-Z]?[a-z]+\b)"
        r"(?P<s>(?=[A-Za-z0-9+/]*[0-9A-Z=])[A-Za-z0-9+/]{10,}={0,2})(?![\w.])",
    ),
    Form(
        "credential",
        ("cookie",),
        r"cookie[\"']?: *b?[\"']?(?P<s>[^\s\[\"'][^\n\"']{5,})",
        re.IGNORECASE,
    ),
    Form(
        "credential",
        ("-key", "-token", "-auth"),
        edge(r"\w", first="xap")
        + r"(?:x-[\w-]*(?:key|token|auth)|api-key|private-token)[\"']?: *[\"']?"
        r"(?P<s>(?=[^\s\"',]*\d)[^\s\[\"',]{8,})",
        re.IGNORECASE,
    ),
    Form(
        "credential",
        ("://",),
        rf"://(?!\[)(?P<s>[^\s/@:\"'<>\[\]]{{0,200}}:{_NO_PORT}"
        r"[^\s\"'<>\[\]]{0,400}[^\s\"'<>/\[\]])@",
    ),
    Form("credential", ("://",), r"https?://(?P<s>[^\s/@:\"'<>\[\]]+)@"),
    # REGISTRY credentials before an image's name, without a scheme.
    Form(
        "credential",
        ("@",),
        edge(r"\w/.@:-") + r"(?P<s>[\w.-]+:[^\s/@:\"'\[\]]{4,})@(?=[\w-]+(?:\.[\w-]+)+[:/])",
    ),
    Form(
        "key",
        ("key", "token", "secret", "sig", "password", "auth", "credential"),
        r"[?&#](?:amp;)?[\w.-]*(?:token|key|secret|sig|signature|password|auth|credential)"
        r"=(?P<s>[^\s&\"'<>\[\]\\]{4,})",
        re.IGNORECASE,
    ),
    Form(
        "key",
        ("policy=", "code=", "state=", "session", "ticket=", "assertion="),
        r"[?&#](?:amp;)?(?:policy|code|state|session[\w-]*|ticket|assertion)"
        r"=(?P<s>(?=[^\s&]*\d)[\w.~%+/=-]{16,})",
        re.IGNORECASE,
    ),
    Form("key", ("webhook.office.com",), r"webhook\.office\.com/(?P<s>[\w@/-]{20,})"),
    # Options and files of programs that log in.
    Form(
        "password",
        ("--password", "-p "),
        r"(?:--password[ =]|login .{0,80}-p )"
        r"(?:\"(?P<s>[^\s\[$][^\"\n]*)(?=\")|'(?P<t>[^\s\[$][^'\n]*)(?=')"
        r"|(?P<u>[^\s\[$\"'-][^\s\"']+))",
    ),
    Form(
        "password",
        ("curl ", "wget "),
        edge(r"\w") + r"(?:curl|wget) .{0,300}?(?:-u|--user|-U|--proxy-user)[ =]?[\"']?[^\s:\"']+:"
        r"(?P<s>[^\s\[$\"'][^\s\"']*)",
    ),
    Form("password", ("login ",), edge(r"\w") + r"login\s+\S+\s+password\s+(?P<s>[^\s\[]\S*)"),
    Form("key", ("wandb login",), r"wandb login (?:--\S+ )*(?P<s>\w{20,})"),
)
