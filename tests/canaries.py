"""Secrets of thirty kinds that nobody has: made up, in the forms of the real ones."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

_A = "aB3dE5gH7jK9mN2pQ4sT6vW8yZ1cF0xR"  # letters and digits, no pattern in them
_B = "Kq7Zt2Vn9Lb4Xw6Rj8Mc3Hd5Pf1Gs0Yu"
_HEX = "9f3c1a7e5b2d8046c1e97a3b5d2f8046"

_ENCODED = base64.b64encode(f"hf_{_A}Qw".encode()).decode()

# Known to the machine alone: by no form, only by the place where it is kept.
PLAIN = "correct/horse+battery staple%41"
LOGIN = "Tr0ub4dor&3-registry"
HOST, USER, HOME = "gpubox-canary", "ada.canary", "/home/ada.canary"

PRIVATE_KEY = "\n".join(
    (
        "-----BEGIN OPENSSH PRIVATE " + "KEY-----",
        _A + _B,
        _B + _A,
        _A * 2,
        "-----END OPENSSH PRIVATE KEY-----",
    )
)

# By kind: the text as it may stand anywhere, and the parts of it of which none may be left.
BY_FORM: dict[str, tuple[str, tuple[str, ...]]] = {
    "hugging face": ("hf_" + _A + "Qw", ("hf_" + _A[:12], _A)),
    "hugging face, a firm's": ("api_org_" + _A + "Qw", (_A,)),
    "hugging face, an app's": ("hf_oauth_" + _B + ".x", (_B,)),
    "ngc": ("nvapi-" + _A + _B, (_A, _B)),
    "ngc, the older": (
        f"NGC_API_KEY={base64.b64encode((_A + _B).encode()).decode()}",
        (base64.b64encode(_A.encode()).decode()[:30],),
    ),
    "github": ("ghp_" + _A + "abcd", (_A,)),
    "github, fine-grained": ("github_pat_" + _B + "_" + _A, (_A, _B)),
    "gitlab": ("glpat-" + _A[:20], (_A[:20],)),
    "aws key": ("AKIA" + "Q3EXMPLKZ7WJ5T2V", ("Q3EXMPLKZ7WJ5T2V",)),
    "aws secret": ("AWS_SECRET_ACCESS_KEY=" + _A + "/+Cd5678", (_A,)),
    "google": ("AIza" + _B + "-_x", (_B,)),
    "google, a login": ("ya29." + _A, (_A,)),
    "slack": ("xoxb-123456789012-" + _B, (_B,)),
    "slack hook": ("https://hooks.slack.com/services/T0CANARY1/B0CANARY2/" + _A, (_A,)),
    "openai": ("sk-proj-" + _A + _B, (_A, _B)),
    "stripe": ("sk_live_" + _A, (_A,)),
    "sendgrid": ("SG." + _A[:22] + "." + _B + _A[:11], (_A[:22], _B)),
    "npm": ("npm_" + _A + "abcd", (_A,)),
    "docker hub": ("dckr_pat_" + _B, (_B,)),
    "jwt": (f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.{_A}", (_A, "eyJzdWIiOiI3In0")),
    "bearer": ("Authorization: Bearer " + _A, (_A,)),
    "basic": (
        "Authorization: Basic " + base64.b64encode(b"ada:" + _B.encode()).decode(),
        (base64.b64encode(b"ada:" + _B.encode()).decode(),),
    ),
    "key in an address": (f"https://cdn.example/x?X-Amz-Signature={_HEX}&a=1", (_HEX,)),
    "password in an address": (f"http://svc:{_A[:12]}@proxy.example:3128", (_A[:12],)),
    "password of a registry": (f"svc:{_B[:14]}@registry.example:5000/team/server:1", (_B[:14],)),
    "key of a variable": (f"WANDB_API_KEY={_HEX}", (_HEX,)),
    "behind a flag": (f"vllm serve x --api-key {_B}7", (_B,)),
    "token in base64": (f"read {_ENCODED} there", (_ENCODED[6:40],)),
    "token broken by a log": (f"t-1  | hf_{_A[:12]}\nt-1  | {_A[12:]}Qw", (_A[:12], _A[12:])),
    "azure": (f"AccountName=a;AccountKey={_A}{_B}==", (_A, _B)),
    "private key": (PRIVATE_KEY, (_A + _B, _B + _A, _A * 2)),
    "private key in JSON": (json.dumps(PRIVATE_KEY), (_A + _B, _B + _A)),
}
KNOWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "known": (PLAIN, (PLAIN,)),
    "known, in an address": (quote(PLAIN, safe=""), (quote(PLAIN, safe=""),)),
    "known, in JSON": (json.dumps(f'"{PLAIN}"'), (PLAIN,)),
    "known, in base64": (
        base64.b64encode(f"ada:{LOGIN}".encode()).decode(),
        (base64.b64encode(f"ada:{LOGIN}".encode()).decode()[:20],),
    ),
    "known, broken by a table": (f"| {PLAIN[:14]} |\n| {PLAIN[14:]} |", (PLAIN[:14], PLAIN[14:])),
}
# What tells whose machine it is: must not leave it, and may be shown on it.
IDENTITY: dict[str, tuple[str, tuple[str, ...]]] = {
    "e-mail": ("ada.lovelace@canary.example.org", ("lovelace",)),
    "user": (f"owner {USER} of", (USER,)),
    "host": (f"on {HOST}.lab.example", (HOST,)),
    "home": (f"{HOME}/models", (USER, HOME)),
    "home of another": ("/home/grace.canary/models", ("grace.canary",)),
    "home on Windows": ("C:\\Users\\grace.canary\\models", ("grace.canary",)),
    "private address": ("10.87.65.43:8000", ("10.87.65.43",)),
    "private address, class C": ("http://192.168.87.65/", ("192.168.87.65",)),
    "private address, IPv6": ("fd87:6543:210f::17", ("fd87:6543",)),
    "link-local": ("fe80::a8b7:c6ff:fed5:e4f3%eth0", ("fe80::a8b7",)),
    "mac": ("de:ad:be:ef:87:65", ("de:ad:be:ef",)),
    "gpu": ("GPU-5e1a6f2b-87ab-4c3d-9e8f-0123456789ab", ("5e1a6f2b",)),
    "serial": ("Serial Number : 1652922087654", ("1652922087654",)),
    "inner host": ("registry.canary.internal", ("registry.canary",)),
}
LEAVES_NOT = {**BY_FORM, **KNOWN, **IDENTITY}
