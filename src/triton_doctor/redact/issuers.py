"""Secrets by the form that their issuer gives them.

Sources of the forms: the issuers' documentation, and the public rules of secret scanners.
"""

from __future__ import annotations

from triton_doctor.redact.shapes import WRAP, Form, edge, exact

_WORD, _DASHED = "[A-Za-z0-9]", "[A-Za-z0-9_-]"
# Names of Hugging Face's own functions, packages and settings begin as its tokens do.
_NAMES_OF_ITS_OWN = r"(?!hf_(?:overrides|transfer|hub_\w+|xet|config\w*|token\w*|home|endpoint)\b)"

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
    # The same in base64, as a kubeconfig has it; certificates begin otherwise.
    Form(
        "private-key",
        ("ls0tls1crudjti",),
        r"LS0tLS1CRUdJTi(?!BDRVJU)[A-Za-z0-9+/]{20,}"
        rf"(?:{WRAP}[A-Za-z0-9+/]{{60,}})*(?:{WRAP}[A-Za-z0-9+/]{{16,}}={{0,2}})?={{0,2}}",
    ),
    Form("private-key", ("age-secret-key-",), r"AGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    Form(
        "private-key",
        ("private-lines",),
        r"Private-Lines: *\d+\s+(?P<s>(?:[A-Za-z0-9+/=]{16,}\s*)+)",
    ),
)

_HASHED = r"\$(?:apr1|[156y]|2[abxy]|argon2\w*)\$[./A-Za-z0-9$,=+]{20,}"

TOKENS = (
    Form("token", ("hf_",), rf"{_NAMES_OF_ITS_OWN}(?:{exact('hf_', _WORD, 34)})"),
    Form("token", ("hf_oauth_",), r"hf_oauth_[A-Za-z0-9._-]{8,}"),
    Form("token", ("api_org_",), exact("api_org_", _WORD, 34)),
    Form("token", ("nvapi-",), exact("nvapi-", _DASHED, 64)),
    Form("token", ("gh",), exact("gh[pousr]_", _WORD, 36).replace("{8,}", "{16,}")),
    Form("token", ("github_pat_",), r"github_pat_[A-Za-z0-9_]{16,}"),
    Form("token", ("gl",), r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas)-[A-Za-z0-9_.=-]{16,}"),
    Form(
        "key", ("akia", "asia", "abia", "acca"), r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])"
    ),
    Form("key", ("aiza",), exact("AIza", _DASHED, 35).replace("{8,}", "{30,}")),
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
    Form(
        "key",
        ("accountkey=", "accesskey="),
        r"(?:Account|SharedAccess)Key=(?P<s>[A-Za-z0-9+/=]{20,})",
    ),
    # JSON web tokens, signed (three parts, of which the end may be on the next line) and sealed.
    Form(
        "token",
        ("eyj",),
        edge("A-Za-z0-9_-") + r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}"
        rf"(?:[.A-Za-z0-9_-]|{WRAP}(?=[A-Za-z0-9_-]{{0,400}}\.[A-Za-z0-9_-]{{16,}}"
        r"|[A-Za-z0-9_-]{40,}))*",
    ),
    Form(
        "token",
        ("eyj",),
        edge("A-Za-z0-9_-") + r"eyJ(?:hbGc|0eXA|raWQ|lbmM|jdHk|6aXA)[A-Za-z0-9_-]*"
        r"(?:\.[A-Za-z0-9_-]*){2,4}",
    ),
    Form("password", ("$apr1$", "$1$", "$5$", "$6$", "$y$", "$2", "$argon2"), _HASHED),
)

# Fewer words about these: prefix, then at least so many signs.
_BY_PREFIX = (
    ("pplx-", _WORD, 32),
    ("fw_", _WORD, 22),
    ("lsv2_(?:pt|sk)_", "[a-f0-9_]", 32),
    ("rpa_", _WORD, 40),
    (r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]+\.)?", _WORD, 40),
    ("lin_api_", _WORD, 32),
    ("figd_", _DASHED, 30),
    ("shp(?:at|ca|pa|ss)_", "[a-fA-F0-9]", 32),
    ("NRAK-", "[A-Z0-9]", 27),
    ("sntry[su]_", r"[A-Za-z0-9_+/=-]", 40),
    ("pul-", "[a-f0-9]", 40),
    (r"[A-Za-z0-9]{14}\.atlasv1\.", _DASHED, 40),
    ("AKCp[58]", _WORD, 60),
    ("cmVmdGtu", _WORD, 50),
    ("(?:secret|ntn)_", _WORD, 40),
    ("wandb_v1_", _DASHED, 20),
    ("ABSK", "[A-Za-z0-9+/=]", 60),
    ("tgp_v1_", _DASHED, 30),
    ("csk-", _WORD, 30),
    ("pcsk_", "[A-Za-z0-9_]", 30),
    ("tvly-", _DASHED, 24),
    ("jina_", _DASHED, 40),
    ("ms-", "[a-f0-9-]", 36),
    ("sq0csp-", _DASHED, 30),
    ("xkeysib-", "[a-f0-9-]", 60),
)
_SIGNS = (
    *("pplx-", "fw_", "lsv2_", "rpa_", "dp.", "lin_api_", "figd_", "shp", "nrak-", "sntry"),
    *("pul-", ".atlasv1.", "akcp", "cmvmdgtu", "secret_", "ntn_", "wandb_v1_", "absk"),
    *("tgp_v1_", "csk-", "pcsk_", "tvly-", "jina_", "ms-", "sq0csp-", "xkeysib-"),
)
PREFIXED = (
    Form(
        "key",
        _SIGNS,
        edge("A-Za-z0-9") + f"(?:{'|'.join(f'{a}{b}{{{n},}}' for a, b, n in _BY_PREFIX)})",
    ),
)
