"""The rules of a known scanner, detect-secrets in the fork that is kept up, beside our own.

Only its patterns are used, on texts in memory: neither its entropy rules, which take every hash for
a secret, nor its asking of the issuers whether a secret is good. It takes half a second to load, so
that is done with the first text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from triton_doctor.redact.literals import SHORTEST

# Rule, kind, and signs without which it finds nothing, in lower case. Left out: entropy and
# keywords (false alarms on hashes), what our own forms tell better (private keys over several
# lines), and those of IBM and Artifactory (words in capitals).
_RULES = (
    ("aws.AWSKeyDetector", "key", ("akia", "asia", "abia", "acca", "a3t", "aws")),
    ("azure_storage_key.AzureStorageKeyDetector", "key", ("==",)),
    ("basic_auth.BasicAuthDetector", "credential", ("://",)),
    ("cloudant.CloudantDetector", "credential", ("cloudant",)),
    ("discord.DiscordBotTokenDetector", "token", (".",)),
    ("github_token.GitHubTokenDetector", "token", ("gh",)),
    ("jwt.JwtTokenDetector", "token", ("eyj",)),
    ("mailchimp.MailchimpDetector", "key", ("-us",)),
    ("npm.NpmDetector", "token", ("npm", "_authtoken")),
    ("sendgrid.SendGridDetector", "key", ("sg.",)),
    ("slack.SlackDetector", "token", ("xox", "hooks.slack")),
    ("square_oauth.SquareOAuthDetector", "token", ("sq0csp-",)),
    ("stripe.StripeDetector", "key", ("k_live",)),
    ("twilio.TwilioKeyDetector", "key", ("ac", "sk")),
)


def scanned(text: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each secret that its rules see and that is no stand-in already."""
    seen: set[str] = set()
    low = text.lower()
    for name, kind, signs in _RULES:
        if not any(sign in low for sign in signs):
            continue
        for secret in _rule(name).analyze_string(text):
            secret = secret.strip("\"'")
            if "[" not in secret and secret not in seen and len(secret) >= SHORTEST:
                seen.add(secret)
                yield kind, secret


@cache
def _rule(name: str) -> Any:
    module, _, rule = name.partition(".")
    return getattr(import_module(f"detect_secrets.plugins.{module}"), rule)()
