"""The options that many commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from triton_doctor.deployment import OPTIONS, PATIENCE, defaults


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Every field of Deployment and Settings as an option; parsed later, with the other layers."""
    for name, default in reversed(defaults().items()):
        option, extra = OPTIONS[name], dict[str, Any]()
        if option.kind == "own":
            continue
        if option.kind == "switch":
            extra = {"is_flag": True, "default": None}
        elif option.kind in ("repeat", "paths"):
            extra = {"multiple": True}
        if option.kind != "switch":
            extra["metavar"] = name.rpartition("_")[2].upper()
        if name in ("select", "ignore"):
            extra["shell_complete"] = complete
        shown = ", ".join(default) if isinstance(default, tuple) else default
        text = option.help + (f" [{shown}]" if shown not in (None, "", False) else "")
        flags = [f"--{one.replace('_', '-')}" for one in (name, option.alias) if one]
        command = click.option(*flags, name, help=text, **extra)(command)
    config = click.option("--config", metavar="FILE", help="Settings file. [triton-doctor.toml]")
    return config(command)


def plain_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Those and --wait-for-ready, whose number may be left out."""
    wait = click.option(
        "--wait-for-ready",
        is_flag=False,
        flag_value=str(PATIENCE),
        metavar="[SECONDS]",
        help=OPTIONS["wait_for_ready"].help,
    )
    return options(wait(command))


def complete(_context: Any, _parameter: Any, incomplete: str) -> list[str]:
    from triton_doctor.commands.catalogue import names

    return [name for name in names() if name.startswith(incomplete)]
