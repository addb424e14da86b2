"""Secrets by their forms: which text is one, whoever's it is.

A pattern is compiled when a text first holds one of its signs, short texts that the secret cannot
be without. Looking for those costs next to nothing, so neither does a text that has no secret.
Sources of the forms: the issuers' documentation, and the public rules of secret scanners.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

Replace = Callable[[str, str], str]  # kind and secret -> what stands there instead

_WRAP = r"(?:[ \t|>]*\n[ \t|>]*)?"  # a line that a terminal or a table broke
_SCHEME = "(?:bearer|basic|token|digest|negotiate|apikey)"
_VALUE_END = r"""(?:(?!\\[nrt"'])[^\s"'`<>&,;)\]}])"""
# What stands in the place of a value and is none: a variable, an example, stars, a stand-in.
_NONE = (
    r"(?![$%<*\[{(:]|/[\w.-]+/|\\?[\"']?[$<*\[]|x{3,}|\.{3}|your|hf_x{3}"
    r"|(?:None|null|true|false)\b)"
)


class Form(NamedTuple):
    """kind: as in `[token-1]`; signs: lower case, one of them is in every text with the secret.

    pattern: the group `s` is the secret, where it has one, else all of it.
    """

    kind: str
    signs: tuple[str, ...]
    pattern: str
    flags: int = 0

    def sub(self, replace: Replace, text: str) -> str:
        return _compiled(self.pattern, self.flags).sub(
            lambda hit: _in_place(hit, replace, self.kind), text
        )


def _in_place(hit: re.Match[str], replace: Replace, kind: str) -> str:
    group = "s" if "s" in hit.re.groupindex else 0
    start, end = hit.start(group) - hit.start(), hit.end(group) - hit.start()
    return hit[0][:start] + replace(kind, hit[group]) + hit[0][end:]


@cache
def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    return re.compile(pattern, flags)


def _exact(prefix: str, alphabet: str, count: int) -> str:
    """A prefix and so many signs, also where a line was broken within; or any longer one."""
    broken = f"{prefix}(?:{alphabet}{_WRAP}){{{count - 1}}}{alphabet}(?!{alphabet})"
    return f"{broken}|{prefix}{alphabet}{{8,}}"


def edge(signs: str) -> str:
    """None of these signs stands before, or they are those of a line break as JSON writes it."""
    return rf"(?:(?<![{signs}])|(?<=\\[nrt]))"


_WORD, _DASHED = "[A-Za-z0-9]", "[A-Za-z0-9_-]"

PRIVATE_KEYS = (
    Form(
        "private-key",
        ("private key",),
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[\s\S]{0,20000}?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
        r"|(?:(?:\s|\\[nr]|[^\n]{0,60}\|)*[A-Za-z0-9+/=]{16,})*)",
    ),
    # The end of a key whose beginning was cut off.
    Form(
        "private-key",
        ("private key",),
        edge(r"A-Za-z0-9+/") + r"(?:[A-Za-z0-9+/]{16,76}={0,2}(?:\s|\\[nr]){1,9}){1,400}"
        r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----",
    ),
    Form("private-key", ("age-secret-key-",), r"AGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    Form(
        "private-key",
        ("private-lines",),
        r"Private-Lines: *\d+\s+(?P<s>(?:[A-Za-z0-9+/=]{16,}\s*)+)",
    ),
)

TOKENS = (
    Form("token", ("hf_",), rf"(?!hf_overrides\b)(?:{_exact('hf_', _WORD, 34)})"),
    Form("token", ("hf_oauth_",), r"hf_oauth_[A-Za-z0-9._-]{8,}"),
    Form("token", ("api_org_",), _exact("api_org_", _WORD, 34)),
    Form("token", ("nvapi-",), _exact("nvapi-", _DASHED, 64)),
    Form("token", ("gh",), _exact("gh[pousr]_", _WORD, 36).replace("{8,}", "{16,}")),
    Form("token", ("github_pat_",), r"github_pat_[A-Za-z0-9_]{16,}"),
    Form("token", ("gl",), r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas)-[A-Za-z0-9_.=-]{16,}"),
    Form(
        "key", ("akia", "asia", "abia", "acca"), r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])"
    ),
    Form("key", ("aiza",), _exact("AIza", _DASHED, 35).replace("{8,}", "{30,}")),
    Form("token", ("ya29.",), r"ya29\.[A-Za-z0-9_-]{20,}"),
    Form("key", ("gocspx-",), r"GOCSPX-[A-Za-z0-9_-]{20,}"),
    Form("token", ("xox", "xapp-"), r"(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}"),
    Form("key", ("hooks.slack.com",), r"hooks\.slack\.com/(?P<s>[\w/-]{20,})"),
    Form("key", ("discord",), r"discord(?:app)?\.com/api/webhooks/(?P<s>[\w/-]{20,})"),
    Form("key", ("sk-",), edge(r"A-Za-z0-9") + r"sk-(?=[A-Za-z0-9_-]{0,60}\d)[A-Za-z0-9_-]{20,}"),
    Form("key", ("_live_", "_test_"), r"(?:sk|rk|pk|whsec)_(?:live|test)_[A-Za-z0-9]{16,}"),
    Form("key", ("sg.",), r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    Form("token", ("npm_",), r"npm_[A-Za-z0-9]{30,}"),
    Form("token", ("pypi-",), r"pypi-[A-Za-z0-9_-]{50,}"),
    Form("token", ("dckr_",), r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{16,}"),
    Form("token", ("do", "_v1_"), r"do[oprt]_v1_[a-f0-9]{40,}"),
    Form("token", ("hvs.", "hvb."), r"hv[sb]\.[A-Za-z0-9_-]{20,}"),
    Form("token", ("dapi",), r"dapi[a-f0-9]{32}"),
    Form("key", ("gsk_", "r8_", "xai-"), r"(?:gsk_|r8_|xai-)[A-Za-z0-9]{30,}"),
    Form("key", ("tskey-",), r"tskey-[A-Za-z0-9-]{16,}"),
    Form("token", ("glsa_", "glc_"), r"(?:glsa|glc)_[A-Za-z0-9_=+/]{20,}"),
    Form("token", ("atatt3",), r"ATATT3[A-Za-z0-9_=-]{30,}"),
    Form("token", (":aa",), r"\d{8,10}:AA[A-Za-z0-9_-]{33}"),
    Form("key", ("accountkey=",), r"AccountKey=(?P<s>[A-Za-z0-9+/=]{20,})"),
    Form(
        "token",
        ("eyj",),
        edge("A-Za-z0-9_-") + r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)*",
    ),
)

CREDENTIALS = (
    Form(
        "credential",
        ("authorization",),
        rf"authorization[\"']?\s*[:=]\s*[\"']?(?:{_SCHEME}\s+)?(?!{_SCHEME}\b){_NONE}"
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
        r"[Bb]asic (?P<s>(?=[A-Za-z0-9+/]*[0-9A-Z=])[A-Za-z0-9+/]{10,}={0,2})(?![\w.])",
    ),
    Form("credential", ("cookie:",), r"cookie: *(?P<s>[^\s\[][^\n\"']{5,})", re.IGNORECASE),
    Form(
        "credential",
        ("-key", "-token", "-auth"),
        r"\bx-[\w-]*(?:key|token|auth)[\"']?: *[\"']?(?P<s>[^\s\[\"',]{8,})",
        re.IGNORECASE,
    ),
    Form("credential", ("://",), r"://(?!\[)(?P<s>[^\s/@:\"'<>\[\]]*:[^\s/@\"'<>]+)@"),
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
        r"[?&](?:amp;)?[\w.-]*(?:token|key|secret|sig|signature|password|auth|credential)"
        r"=(?P<s>[^\s&\"'<>\[\]\\]{4,})",
        re.IGNORECASE,
    ),
)

# Told by the name of a variable or key; the name stays.
NAMED = (
    Form(
        "secret",
        (
            "token",
            "secret",
            "passw",
            "passwd",
            "api_key",
            "apikey",
            "access_key",
            "private_key",
            "credential",
            "_auth",
            "_pat",
        ),
        r"(?:TOKEN|SECRET|PASSW(?:OR)?D|API_?KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|CREDENTIALS?|_AUTH|_PAT)"
        rf"(?:_\d+)?(?:\\?[\"'])?(?:=| = | ?: ?(?=\S{{0,60}}[\d\"']))(?:\\?[\"'])?{_NONE}"
        rf"(?P<s>(?<=[\"'])[^\"'\n\\]{{4,}}(?=\\?[\"'])|{_VALUE_END}{{4,}})",
    ),
    Form(
        "secret",
        ("token", "secret", "passw", "api_key", "apikey", "api-key"),
        r"(?:token|secret|password|passwd|api[_-]?key|secret[_-]?key)"
        rf"(?:=| = )(?:\\?[\"'])?{_NONE}(?P<s>(?=\S{{0,60}}\d){_VALUE_END}{{8,}})",
        re.IGNORECASE,
    ),
    # A text under a key that is named after a secret, as in "hf_token": "...".
    Form(
        "secret",
        ("token", "secret", "passw", "key", "auth"),
        r"[\"'][\w-]*(?:token|api[_-]?key|secret|password|auth|access[_-]?key)\\?[\"']"
        r"\s*[:=]\s*\\?[\"'](?!\[)(?P<s>[^\"'\n\\]+)",
        re.IGNORECASE,
    ),
    Form(
        "password",
        ("--password", "-p "),
        r"(?:--password[ =]|login .{0,80}-p )[\"']?(?P<s>[^\s\[$\"'-][^\s\"']+)",
    ),
)

SECRETS = (*PRIVATE_KEYS, *TOKENS, *CREDENTIALS, *NAMED)

# What tells whose machine it is. Only what leaves the machine is rid of these.
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_HOSTS_OF_DOCKER = r"(?:host|gateway|kubernetes|vm)\.docker|metadata\.google"
IDENTITY = (
    Form(
        "gpu",
        ("gpu-", "mig-"),
        r"(?:GPU|MIG)-(?:GPU-)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:/\d+/\d+)?",
    ),
    Form(
        "serial",
        ("serial",),
        r"serial(?:[ _-]?(?:number|no))?[\"']?\s*[:=#]\s*[\"']?(?P<s>(?=\w*\d)[A-Z0-9-]{8,})",
        re.IGNORECASE,
    ),
    Form(
        "mac",
        (":", "-"),
        edge(r"0-9A-Fa-f:-")
        + r"[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?![0-9A-Fa-f:-])",
    ),
    Form("email", ("@",), edge(r"\w.+-") + r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}\b"),
    Form("user", ("://",), r"(?:ssh|sftp|git|tcp)://(?P<s>[\w.-]{2,})@"),
    Form("host", ("ssh://",), r"ssh://(?:[^\s@/]+@)?(?P<s>[\w-][\w.-]*)"),
    Form(
        "user",
        ("/home/", "/users/", "\\users\\", "/documents and settings/"),
        "(?:" + edge(r"\w.") + r"/(?:home|Users)/"
        r"|[A-Za-z]:(?:\\{1,2}|/)Users(?:\\{1,2}|/)|/[a-z]/Users/)"
        r"(?!\[|(?:ubuntu|user|root|Public|Default|Shared)\b)(?P<s>[^\s/\\:\"'<>|,;)\]}]+)",
    ),
    Form(
        "address",
        ("10.", "192.168.", "172.", "169.254."),
        edge(r"\w.-") + rf"(?<!==)(?:10\.{_OCTET}|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))"
        rf"\.{_OCTET}\.{_OCTET}(?!\.?\w)",
    ),
    Form(
        "address",
        (".",),
        edge(r"\w.-") + rf"(?!127\.|0\.0\.0\.0)(?:{_OCTET}\.){{3}}{_OCTET}(?=:\d{{2,5}}\b)",
    ),
    Form(
        "address",
        ("fe", "fd", "fc"),
        edge(r"\w:") + r"(?:fe[89ab][0-9a-f]|f[cd][0-9a-f]{2})(?::[0-9a-f]{0,4}){2,7}(?:%[\w.]+)?",
        re.IGNORECASE,
    ),
    Form(
        "host",
        (".local", ".lan", ".corp", ".internal", ".intranet", ".home.arpa"),
        edge(r"\w.-") + rf"(?!{_HOSTS_OF_DOCKER}|threading\.)[A-Za-z0-9][\w-]*(?:\.[\w-]+)*?"
        r"\.(?:localdomain|local|lan|corp|intranet|internal|home\.arpa)(?![\w(.-])",
    ),
)


def likely(texts: Iterable[str], forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """Those of which a sign stands in any of the texts: one look for many short texts."""
    low = "\n".join(texts).lower()
    return tuple(form for form in forms if any(sign in low for sign in form.signs))


def replaced(text: str, forms: tuple[Form, ...], replace: Replace) -> str:
    """The text with something else for each secret of these forms."""
    low = text.lower()
    for form in forms:
        if any(sign in low for sign in form.signs):
            text = form.sub(replace, text)
    return text
