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

# Rule and kind. Left out: entropy and keywords (false alarms on hashes), what our own forms tell
# better (private keys over several lines), and those of IBM and Artifactory (words in capitals).
_RULES = (
    ("aws.AWSKeyDetector", "key"),
    ("azure_storage_key.AzureStorageKeyDetector", "key"),
    ("basic_auth.BasicAuthDetector", "credential"),
    ("cloudant.CloudantDetector", "credential"),
    ("discord.DiscordBotTokenDetector", "token"),
    ("github_token.GitHubTokenDetector", "token"),
    ("jwt.JwtTokenDetector", "token"),
    ("mailchimp.MailchimpDetector", "key"),
    ("npm.NpmDetector", "token"),
    ("sendgrid.SendGridDetector", "key"),
    ("slack.SlackDetector", "token"),
    ("square_oauth.SquareOAuthDetector", "token"),
    ("stripe.StripeDetector", "key"),
    ("twilio.TwilioKeyDetector", "key"),
)


def scanned(text: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each secret that its rules see and that is no stand-in already."""
    seen: set[str] = set()
    for kind, rule in _rules():
        for secret in rule.analyze_string(text):
            secret = secret.strip("\"'")
            if "[" not in secret and secret not in seen and len(secret) >= SHORTEST:
                seen.add(secret)
                yield kind, secret


@cache
def _rules() -> list[tuple[str, Any]]:
    found = []
    for name, kind in _RULES:
        module, _, rule = name.partition(".")
        found.append((kind, getattr(import_module(f"detect_secrets.plugins.{module}"), rule)()))
    return found
