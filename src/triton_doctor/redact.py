"""The one place where secrets and control characters are taken out of what is shown or saved."""

from __future__ import annotations

import re

HIDDEN = "[hidden]"

# Tokens by their published forms, with the name and sign of an assignment kept where one stands.
_SECRETS = re.compile(
    r"""
      hf_(?!overrides\b)[A-Za-z0-9]{8,} | api_org_[A-Za-z0-9]{8,}  # Hugging Face, user and firm
    | hf_oauth_[A-Za-z0-9._-]{8,}                       # Hugging Face tokens of apps
    | nvapi-[A-Za-z0-9_-]{8,}                           # NVIDIA NGC
    | (?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{16,}       # GitHub
    | (?<=[Bb]earer\ )[A-Za-z0-9._~+/=-]{8,}            # an Authorization header
    | (?<=://)[^\s/@:]+:[^\s/@]+(?=@)                   # user:password in an address
    """,
    re.VERBOSE,
)
# A text under a key that is named after a secret, as in "hf_token": "...".
_UNDER_KEY = re.compile(
    r"""(["'][\w-]*(?:token|api[_-]?key|secret|password|auth)["']\s*[:=]\s*)(["'])([^"'\n]+)(?=\2)""",
    re.IGNORECASE,
)
# C0 and C1 controls but tab and newline, escape sequences whole, and the marks that turn the
# direction of text around: words of others never steer the reader's terminal.
_CONTROL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])?"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]"
)


def clean(text: str) -> str:
    """A text of others made fit to be shown: no secret, no control character."""
    return _SECRETS.sub(HIDDEN, _CONTROL.sub("", text))


def calm(text: str) -> str:
    """A text of others without control characters; what it says stays as it is."""
    return _CONTROL.sub("", text)


def starred(text: str) -> str:
    """The text of a settings file with stars for every sign of a secret, so that places stay."""
    text = _SECRETS.sub(lambda hit: "*" * len(hit[0]), text)
    return _UNDER_KEY.sub(lambda hit: hit[1] + hit[2] + "*" * len(hit[3]), text)
