"""`command` with a command of the user's own: what it says, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import TYPE_CHECKING, cast

from triton_doctor.commands.command_source import text_of
from triton_doctor.commands.diagnose import begun
from triton_doctor.commands.output import targets
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.errors import UsageError
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge.house import phrases
from triton_doctor.launching.compose import read_compose
from triton_doctor.launching.correcting import corrected
from triton_doctor.launching.deploying import HUB_VARIABLES, deployment
from triton_doctor.launching.reading import Text, from_argv, read
from triton_doctor.model import Report
from triton_doctor.probes.given_command import Given, Source, given_command
from triton_doctor.probes.shell import ShellKind, shell
from triton_doctor.record import replace
from triton_doctor.report.verdict import exit_code
from triton_doctor.settings import Layers

if TYPE_CHECKING:
    from triton_doctor.commands.command import Asked
    from triton_doctor.lines import Line

AREA = "command"
_HINT = "Give a command that begins with docker run, a script with one, or a compose file."
_COMPOSE = "Compose is read from its file: triton-doctor command --from compose.yaml"
_KINDS: dict[str, ShellKind] = {"bash": "posix"}


def read_given(host: Host, layers: Layers, asked: Asked) -> int:
    """Read, judge and tell; the exit code of a run. UsageError where there is nothing to read."""
    base, settings = layers.resolve()
    targets(settings)
    with closing(host):
        given = _given(host, base, settings, asked)
        plan = deployment(given, base)
        report = _judged(host, plan, settings, given, whole=asked.check)
        code = exit_code(report, settings.fail_on)
        _tell(report, settings, host, given, code, whole=asked.check)
    return code


def _given(host: Host, base: Deployment, settings: Settings, asked: Asked) -> Given:
    end = "Ctrl-Z, Enter" if host.system() == "Windows" else "Ctrl-D"
    paste = phrases(settings.lang)("given", "paste", keys=end)
    source, path, text = text_of(asked.given, asked.file, paste)
    own = _own(Context(host, base, settings))
    values = {"PWD": host.cwd(), "HOME": host.home()}
    if source == "argv":
        names = (*HUB_VARIABLES, base.token_env)
        environment = {name: host.env(name) or "" for name in names if host.env(name)}
        given = from_argv(asked.given, own, values, environment)
    elif source == "compose":
        given = read_compose(text, path, own)
    else:
        shell_named = None if asked.shell == "compose" else asked.shell
        named = cast("ShellKind | None", _KINDS.get(shell_named or "", shell_named))
        given = read(Text(text, cast("Source", source), path, own, named, values))
    if given.trouble:
        raise _unreadable(given)
    return given


def _own(context: Context) -> ShellKind:
    seen = context.known(shell)
    return seen.kind if seen else "posix"


def _unreadable(given: Given) -> UsageError:
    where = given.path or {"text": "standard input", "argv": "the command"}.get(given.source, "")
    if given.trouble == "yaml":
        return UsageError(given.said, where=where)
    if given.trouble == "no-service":
        return UsageError("no service of it runs an image of Triton", where=where)
    began = f", but `{given.said}`" if given.said else ""
    return UsageError(
        f"there is no `docker run` in it{began}",
        where=where,
        hint=_COMPOSE if "compose" in given.said else _HINT,
    )


def _judged(
    host: Host, plan: Deployment, settings: Settings, given: Given, *, whole: bool
) -> Report:
    from triton_doctor.commands.examine import examine

    if whole:
        context = begun(host, plan, settings)
    else:
        context = Context(host, plan, replace(settings, select=(AREA,), ignore=settings.ignore))
    context.hand(given_command, given)
    report = examine(context, given=True)
    return _merged(report) if whole else report


def _merged(report: Report) -> Report:
    """What the machine shows too is told once, by the check that looked; with the place added."""
    own = {one.problem: one for one in report.findings if one.check == AREA}
    others = {one.problem for one in report.findings if one.check != AREA}
    results = []
    for result in report.results:
        if result.check == AREA:
            kept = tuple(one for one in result.findings if one.problem not in others)
        else:
            kept = tuple(
                replace(one, evidence=(*own[one.problem].evidence, *one.evidence))
                if one.problem in own
                else one
                for one in result.findings
            )
        results.append(replace(result, findings=kept))
    return replace(report, results=tuple(results))


def _tell(
    report: Report, settings: Settings, host: Host, given: Given, code: int, *, whole: bool
) -> None:
    from triton_doctor.commands.telling import Forms, tell
    from triton_doctor.report.given_text import given_document, given_text

    better = corrected(given, report.findings)

    def lines(width: int) -> Iterable[Line]:
        return given_text(report, given, better, settings, width, whole=whole)

    def data() -> str:
        return given_document(report, given, better, code)

    tell(Forms(report, code, settings, host, lines, data))
