"""Secrets by the name of the variable, key or flag that holds them; the name stays."""

from __future__ import annotations

import json
import re

from triton_doctor.redact.shapes import Form

# `&` and `;` end a value in a shell, an address and a connection, unless no name follows.
_VALUE_END = r"""(?:(?!\\[nrt"'])[^\s"'`<>&,;)\]}]|[&;](?=\w)(?![\w.-]+=))"""
_QUOTED = r"""(?<=[^\\]")(?:[^"\n\\]|\\"){4,}(?=")|(?<=["'])[^"'\n\\]{4,}(?=\\?["'])"""
# What stands in the place of a value and is none: a variable, an example, stars, a stand-in.
_NONE = (
    r"(?!\$(?:[A-Z_][A-Z0-9_]*\b|[a-z_]+\b|env:|[({])|%\w+%|\*{3}|[<\[{(:]|/[\w.-]+/"
    r"|x{3,}\b|\.{3}|your(?:[_ -]|\b|hf|token|key|password)|hf_x{3}"
    r"|(?:None|null|true|false)\b)"
)
# What is said of a password, and is none.
_SAID = (
    r"(?!(?:required|invalid|missing|empty|unset|expired|incorrect|wrong|given|needed|optional"
    r"|str|string|bool|self|args|config|settings|getpass|os)\b|-)"
)
_UPPER = (
    r"(?:TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|_PASS|_PWD|_PW|API_?KEY|ACCESS_KEY|SECRET_KEY"
    r"|PRIVATE_KEY|CREDENTIALS?|_AUTH|_PAT)"
)
_LOWER = (
    r"(?=[tspae])(?:token|secret|passwd|passphrase|api[_-]?key|(?:secret|access|private|shared|signing"
    r"|encryption)[_-]?(?:access[_-]?)?key)"
)
_SIGNS = (
    *("token", "secret", "passw", "passphrase", "api_key", "apikey", "api-key", "access_key"),
    *("access-key", "accesskey", "private_key", "privatekey", "private-key", "credential"),
    *("_auth", "_pat", "_pass", "_pwd", "_pw", "sharedkey", "signingkey", "encryptionkey"),
)
# In the reader's own language, and never a word of it: only signs that a password has.
_ABROAD: tuple[str, ...] = (
    *("密码", "密碼", "口令", "令牌", "密钥", "金鑰", "пароль", "токен", "секрет", "passwort"),
    *("kennwort", "contraseña", "senha"),
)

_ABROAD += tuple(  # as JSON writes them
    json.dumps(form)[1:-1]
    for one in _ABROAD
    if not one.isascii()
    for form in dict.fromkeys((one, one.capitalize(), one.upper()))
)
_IS = r"(?:\s?(?:[:=：＝]|\\uff1a|\\uff1d)\s?|是|为|\\u662f|\\u4e3a)"

NAMED = (
    Form(
        "secret",
        _SIGNS,
        rf"{_UPPER}(?:_\d+|_B(?:ASE)?64)?(?:\\?[\"'])?"
        r"(?:=| = | ?: ?(?=\S{0,60}[\d\"']))(?:\$(?='))?(?:\\?[\"'])?"
        rf"{_NONE}(?P<s>{_QUOTED}|{_VALUE_END}{{4,}})",
    ),
    # As fish, csh, tables and lists have it: a blank between.
    Form(
        "secret",
        _SIGNS,
        rf"{_UPPER}[ \t|│]+[\"']?(?P<s>(?=[\w+/=.-]{{0,60}}\d)(?=[\w+/=.-]{{0,60}}[A-Za-z])"
        r"[A-Za-z0-9+/=_-]{16,})",
    ),
    # Keys of any name, where the value is one by its looks.
    Form(
        "secret",
        ("_key",),
        r"[A-Z0-9]_KEY(?:_B(?:ASE)?64)?[\"']?(?:=| = |: )[\"']?"
        r"(?P<s>(?=[A-Za-z0-9+_=]{0,60}\d)[A-Za-z0-9+_=]{20,})",
    ),
    Form(
        "secret",
        _SIGNS,
        rf"{_LOWER}(?:=| = )(?:\[(?=\\?[\"']))?"
        rf"(?:\\?[\"'])?{_NONE}(?P<s>(?=\S{{0,60}}\d){_VALUE_END}{{8,}})",
        re.IGNORECASE,
    ),
    # After a colon many things stand, names of models too: of one piece, a secret mostly is.
    Form(
        "secret",
        _SIGNS,
        rf"{_LOWER}: {_NONE}(?P<s>(?=\S{{0,60}}[A-Za-z])(?=\S{{0,60}}\d)[A-Za-z0-9+]{{12,}}=*)"
        r"(?![\w./:-])",
        re.IGNORECASE,
    ),
    Form(
        "secret",
        ("_token", "-token"),
        r"(?=[hab])(?:hf|hub|auth|access|bearer)[_-]token(?:=| = )(?:\\?[\"'])?"
        rf"{_NONE}(?P<s>{_VALUE_END}{{8,}})",
        re.IGNORECASE,
    ),
    Form(
        "secret",
        ("passw", "passphrase"),
        r"(?:password|passwd|passphrase)"
        r"(?:(?:=| = )(?:\\?[\"'])?|: (?=\S*\d|\S{8,}$)| is (?=\S*\d))"
        rf"{_NONE}{_SAID}(?P<s>{_VALUE_END}{{6,}})",
        re.IGNORECASE | re.MULTILINE,
    ),
    # A text under a key that is named after a secret, as in "hf_token": "...".
    Form(
        "secret",
        ("token", "secret", "passw", "passphrase", "key", "auth", "pwd"),
        r"[\"'][\w-]*(?:token|api[_-]?key|secret|passw(?:or)?d|passphrase|pwd|auth|access[_-]?key"
        r"|private_key(?:_id)?)\\{0,3}[\"']"
        rf"\s*[:=]\s*\\{{0,3}}[\"']{_NONE}(?P<s>[^\"'\n\\]+)",
        re.IGNORECASE,
    ),
    # --api-key VALUE, also as a list of words.
    Form(
        "secret",
        ("--",),
        r"--(?=[a-z])[a-z-]{0,40}?(?:token|secret|passw(?:or)?d|passphrase|api-key)"
        r"(?:[\"'],)?[ =]+[\"']?"
        rf"{_NONE}(?!-)(?P<s>(?=\S{{0,60}}\d){_VALUE_END}{{8,}})",
    ),
    Form(
        "secret",
        _ABROAD,
        rf"(?:{'|'.join(map(re.escape, _ABROAD))}){_IS}[\"']?"
        r"(?P<s>(?=[!-~]{0,60}\d)[!#-&(-+.-Z\\^-z|~-]{6,})",
        re.IGNORECASE,
    ),
)
