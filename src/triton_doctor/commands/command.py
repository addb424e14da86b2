"""`command`: the deployment as the command to type, and why each part of it is there."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from textwrap import dedent
from typing import Any, cast

from triton_doctor import __version__
from triton_doctor.commands.command_here import here, lacking
from triton_doctor.commands.output import named
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.errors import UsageError
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.launching.composing import compose_pieces, compose_text
from triton_doctor.launching.explaining import Explained, explained, notes
from triton_doctor.launching.plan import ContainerPlan, container_plan
from triton_doctor.launching.quoting import ShellName, Unquotable
from triton_doctor.launching.writing import Piece, argv, command_pieces, command_text, for_shell
from triton_doctor.lines import Line, block, line, paragraph
from triton_doctor.record import Record, asdict
from triton_doctor.redact import clean
from triton_doctor.report.as_json import SCHEMA_VERSION
from triton_doctor.settings import Layers
from triton_doctor.streams import columns

COMPOSE = "compose"


class Asked(Record, frozen=True):
    """shell: a shell's name, `compose`, or None for the shell that the doctor was started from.

    given: a command of the user's own, which is read in place of writing one; file: a script or
    compose file to read it from; check: look at the machine for it as well.
    """

    shell: str | None = None
    explain: bool = False
    one_line: bool = False
    given: tuple[str, ...] = ()
    file: str | None = None
    check: bool = False


class Written(Record, frozen=True):
    """The deployment in a shell's writing. words: what runs; empty for a compose file."""

    shell: str
    text: str
    words: tuple[str, ...]
    parts: tuple[Explained, ...]
    notes: tuple[str, ...]


def command(host: Host, layers: Layers, asked: Asked) -> int:
    """Show the command (0), or read the one that is given; UsageError for what cannot be."""
    if asked.given or asked.file:
        from triton_doctor.commands.command_given import read_given

        return read_given(host, layers, asked)
    deployment, settings = layers.resolve()
    if asked.one_line and asked.shell == COMPOSE:
        raise UsageError("a compose file has more than one line", where="--one-line")
    named(settings)
    with closing(host):
        say = phrases(settings.lang)
        written = write(Context(host, deployment, settings), host, asked, say)
        _tell(written, deployment, settings, asked, say)
    return 0


def write(context: Context, host: Host, asked: Asked, say: Phrases) -> Written:
    """The context's deployment for a shell; UsageError where that has no writing for it."""
    shell, place = here(context)
    name: str = asked.shell or shell
    plan, troubles = for_shell(container_plan(context.deployment, host.absolute), name, place)
    try:
        pieces, text = _pieces(plan, name, asked)
    except Unquotable as trouble:
        raise UsageError(str(trouble), where=f"--shell {name}") from None
    return Written(
        shell=name,
        text=text,
        words=tuple(argv(pieces)),
        parts=tuple(explained(pieces, say)),
        notes=(
            *lacking(host, context.deployment, say),
            *notes(plan, name, troubles, say),
        ),
    )


def _pieces(plan: ContainerPlan, name: str, asked: Asked) -> tuple[list[Piece], str]:
    if name == COMPOSE:
        pieces = compose_pieces(plan)
        return pieces, compose_text(pieces).rstrip("\n")
    shell = cast("ShellName", name)
    pieces = command_pieces(plan, shell)
    return pieces, command_text(pieces, shell, one_line=asked.one_line)


def _tell(
    written: Written, deployment: Deployment, settings: Settings, asked: Asked, say: Phrases
) -> None:
    """The command alone on stdout, so that it can be handed on; what is said of it on stderr."""
    file = named(settings)
    if settings.format == "json":
        _data(written, deployment, file)
        return
    lines = list(_parts(written, say) if asked.explain else block(written.text, style="command"))
    if file:
        _save(written, [one.text for one in lines], file)
        said = [say("command", "saved", path=file)]
    else:
        _show(lines, sys.stdout)
        said = []
    said += written.notes
    if said:
        _show(_spaced(said, columns()), sys.stderr)


def _parts(written: Written, say: Phrases) -> Iterator[Line]:
    for number, part in enumerate(written.parts):
        if number:
            yield line()
        yield from block(dedent(part.text), style="command")
        yield from paragraph(part.why, columns(), indent=2)
        without = say("command", "without", what=part.without)
        yield from paragraph(without, columns(), indent=2, style="dim")


def _spaced(texts: Iterable[str], width: int) -> Iterator[Line]:
    yield line()
    for text in texts:
        yield from paragraph(clean(text), width, style="dim")


def _data(written: Written, deployment: Deployment, file: str | None) -> None:
    body: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "doctor": {"version": __version__},
        "shell": written.shell,
        "text": written.text,
        "argv": list(written.words) or None,
        "parts": [asdict(part) for part in written.parts],
        "notes": list(written.notes),
        "deployment": asdict(deployment),
    }
    text = json.dumps(body, indent=2) + "\n"
    if file:
        from triton_doctor.commands.output import write_whole

        write_whole(file, text)
    else:
        sys.stdout.write(text)


def _save(written: Written, lines: list[str], output: str) -> None:
    from triton_doctor.commands.output import write_whole

    text = "\n".join(lines) + "\n"
    # Windows PowerShell 5.1 takes a script for UTF-8 only if it begins with this mark.
    mark = "\ufeff" if written.shell == "powershell" and not text.isascii() else ""
    write_whole(output, mark + text)


def _show(lines: Iterable[Line], stream: Any) -> None:
    if stream is sys.stdout and stream.isatty() and os.environ.get("TERM") != "dumb":
        from triton_doctor.ui import live

        live.write(lines, live.console())
    else:
        from triton_doctor.ui import plain

        plain.write(lines, stream)
    stream.flush()
