"""Which shell the user types in, so that commands can be pasted."""

from __future__ import annotations

import re
from typing import Literal

from triton_doctor.probes.base import Asking, probe
from triton_doctor.record import Record

ShellKind = Literal["posix", "fish", "powershell", "cmd", "git-bash"]

_KINDS: dict[str, ShellKind] = {
    **dict.fromkeys(("sh", "bash", "zsh", "dash", "ash", "ksh", "mksh", "busybox"), "posix"),
    "fish": "fish",
    **dict.fromkeys(("pwsh", "powershell", "pwsh-preview", "powershell_ise"), "powershell"),
    "cmd": "cmd",
}
# What no shell here gives a meaning to, so that plain words stay unquoted.
_PLAIN = re.compile(r"[A-Za-z0-9_@+=:,./-]+")
_PLAIN_WINDOWS = re.compile(r"[A-Za-z0-9_+:./\\-]+")

_ASK = {
    "posix": "read -rs {name} && export {name}",
    "git-bash": "read -rs {name} && export {name}",
    "fish": "read -gxs {name}",
    "powershell": "$env:{name} = [System.Net.NetworkCredential]::new('', "
    "(Read-Host '{name}' -AsSecureString)).Password",
    # cmd cannot hide what is typed. A name there would be taken for the secret, and be hidden.
    "cmd": "set /p {name}=? (it is seen while you type) ",
}
_FROM_FILE = {
    "posix": 'export {name}="$(cat {path})"',
    "git-bash": 'export {name}="$(cat {path})"',
    "fish": "set -gx {name} (cat {path})",
    "powershell": "$env:{name} = Get-Content -TotalCount 1 {path}",
    "cmd": "set /p {name}=<{path}",
}
_READ = {"powershell": "$env:{name}", "cmd": "%{name}%"}


class Shell(Record, frozen=True):
    """The family of the shell that started the doctor."""

    kind: ShellKind

    def quote(self, text: str) -> str:
        """The text as one word of this shell.

        In cmd a percent sign between two others is still expanded: it has no quoting for that.
        """
        plain = _PLAIN_WINDOWS if self.kind in ("powershell", "cmd") else _PLAIN
        if plain.fullmatch(text):
            return text
        if self.kind == "cmd":
            return '"' + text.replace('"', '""') + '"'
        if self.kind == "powershell":
            # A typographic apostrophe ends a PowerShell string as a plain one does.
            return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"
        if self.kind == "fish":
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
        return "'" + text.replace("'", "'\"'\"'") + "'"

    def ask_variable(self, name: str) -> str:
        """The command that asks for a value and exports it, so that the history does not keep it.

        The value is not echoed either, except in cmd, which cannot.
        """
        return _ASK[self.kind].format(name=name)

    def variable_from_file(self, name: str, path: str) -> str:
        """The command that sets a variable to a file's first line; path may begin with `~/`."""
        home = {"cmd": "%USERPROFILE%\\", "powershell": "~/"}.get(self.kind, "~/")
        place = home + self._path(path[2:]) if path.startswith("~/") else self._path(path)
        return _FROM_FILE[self.kind].format(name=name, path=place)

    def read_variable(self, name: str) -> str:
        """How this shell writes the value of an environment variable."""
        return _READ.get(self.kind, "${name}").replace("{name}", name)

    def move(self, source: str, target: str) -> str:
        """The command that renames a file or folder."""
        verb = {"cmd": "move", "powershell": "Move-Item"}.get(self.kind, "mv")
        return f"{verb} {self._path(source)} {self._path(target)}"

    def make_folder(self, path: str) -> str:
        """The command that makes a folder and those above it."""
        verb = {"cmd": "mkdir", "powershell": "mkdir -Force"}.get(self.kind, "mkdir -p")
        return f"{verb} {self._path(path)}"

    def _path(self, path: str) -> str:
        if self.kind == "cmd":  # there a slash begins an option
            path = path.replace("/", "\\")
        # A name that begins with a dash would be taken for an option.
        return self.quote(f"./{path}" if path.startswith("-") else path)


@probe("shell", doing="looking at the shell")
def shell(ask: Asking) -> Shell:
    """The nearest shell among the doctor's parent processes.

    Where none is known the environment decides: MSYSTEM is set by Git Bash and MSYS2; SHELL is the
    log-in shell; PSModulePath says little, since Windows sets it for everybody.
    """
    windows = ask.host.system() == "Windows"
    for parent in ask.host.ancestors():
        name = parent.lower().removesuffix(".exe").lstrip("-")
        if name in _KINDS:
            kind = _KINDS[name]
            return Shell("git-bash" if windows and kind == "posix" else kind)
    if windows:
        return Shell("git-bash" if ask.host.env("MSYSTEM") else "powershell")
    login = (ask.host.env("SHELL") or "").rpartition("/")[2]
    return Shell(_KINDS.get(login, "posix"))
