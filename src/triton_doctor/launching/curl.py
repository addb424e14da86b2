"""The request as a line of curl, to be pasted into a shell. Pure.

Signs that a shell gives a meaning to within quotes are written as JSON's own `\\u0027`, so that one
pair of quotes around the whole is enough in every shell.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

ShellKind = Literal["posix", "fish", "powershell", "cmd", "git-bash"]

# fish knows a backslash within quotes; Git Bash takes what begins with a slash for a path; cmd
# reads signs within quotes as well, and loses count of quotes after a backslash.
_UNSAFE: dict[ShellKind, str] = {
    "posix": "'",
    "fish": "'\\",
    "git-bash": "'/",
    "powershell": "'",
    "cmd": "'&|<>^%!\"\\",
}
_ASCII = ("powershell", "cmd")  # they recode what they hand on
_TOKEN = re.compile(r"\\u[0-9a-f]{4}|\\.|.", re.DOTALL)
_TYPE = "Content-Type: application/json"


def curl_line(
    url: str, request: dict[str, Any], shell: ShellKind, *, direct: bool, plain: bool = False
) -> str:
    """direct: past a proxy that the environment names; plain: in ASCII alone.

    PowerShell before 7.3 loses the double quotes of a program's arguments, so the request goes to
    curl.exe by its standard input there; plain `curl` is another command in Windows PowerShell.
    """
    past = " --noproxy '*'" if direct else ""
    parts = [f'"{key}": {_value(value, shell, plain)}' for key, value in request.items()]
    text = "{" + ", ".join(parts) + "}"
    if shell == "powershell":
        return f"'{text}' | curl.exe -sSN{past} '{url}' -H '{_TYPE}' --data-binary '@-'"
    if shell == "cmd":
        past, text = past.replace("'", '"'), text.replace('"', '\\"')
        return f'curl -sSN{past} "{url}" -H "{_TYPE}" -d "{text}"'
    return f"curl -sSN{past} '{url}' -H '{_TYPE}' -d '{text}'"


def _value(value: object, shell: ShellKind, plain: bool) -> str:
    written = json.dumps(value, ensure_ascii=plain or shell in _ASCII)
    if not isinstance(value, str):
        return written
    unsafe = _UNSAFE[shell]

    def safe(match: re.Match[str]) -> str:
        token = match[0]
        sign = {'\\"': '"', "\\\\": "\\"}.get(token, token)
        if len(sign) == 1 and sign in unsafe:
            return f"\\u{ord(sign):04x}"
        return token if token.isprintable() else json.dumps(token)[1:-1].replace("\x7f", "\\u007f")

    return f'"{_TOKEN.sub(safe, written[1:-1])}"'
