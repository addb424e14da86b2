"""What the command line of `command` takes beside what click does by itself."""

from __future__ import annotations

from typing import Any

import click

SHELLS = ["bash", "fish", "powershell", "cmd", "git-bash", "compose"]
_SAME = {"sh": "bash", "dash": "bash", "zsh": "bash", "pwsh": "powershell", "cmd.exe": "cmd"}
_BEGINS = ("docker", "podman", "nerdctl", "nvidia-docker", "sudo", "winpty")


class Shells(click.Choice[str]):
    """The shells by their names, and by those of others that are written the same."""

    def __init__(self) -> None:
        super().__init__(SHELLS)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(_SAME.get(str(value), value), param, ctx)


class Given(click.Command):
    """Takes `docker run ...` also where the two dashes before it were forgotten."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, dashed(args))


def dashed(args: list[str]) -> list[str]:
    """With `--` before a command of docker, whose options would be taken for the doctor's."""
    for place, word in enumerate(args):
        if word == "--":
            break
        if word in _BEGINS and "run" in args[place + 1 :]:
            return [*args[:place], "--", *args[place:]]
    return args
