"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

import click

from triton_doctor import __version__
from triton_doctor.deployment import OPTIONS, defaults
from triton_doctor.errors import UsageError

USAGE, BUG, INTERRUPTED, TERMINATED = 2, 4, 130, 143


class Terminated(SystemExit):
    """SIGTERM: the run is given up in good order."""


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Every field of Deployment and Settings as an option; parsed later, with the other layers."""
    for name, default in reversed(defaults().items()):
        option, extra = OPTIONS[name], dict[str, Any]()
        if option.kind == "switch":
            extra = {"is_flag": True, "default": None}
        elif option.kind in ("repeat", "paths"):
            extra = {"multiple": True}
        if option.kind != "switch":
            extra["metavar"] = name.rpartition("_")[2].upper()
        if name in ("select", "ignore"):
            extra["shell_complete"] = _complete
        shown = ", ".join(default) if isinstance(default, tuple) else default
        text = option.help + (f" [{shown}]" if shown not in (None, "", False) else "")
        flags = [f"--{one.replace('_', '-')}" for one in (name, option.alias) if one]
        command = click.option(*flags, name, help=text, **extra)(command)
    config = click.option("--config", metavar="FILE", help="Settings file. [triton-doctor.toml]")
    return config(command)


def _complete(_context: Any, _parameter: Any, incomplete: str) -> list[str]:
    from triton_doctor.commands.catalogue import names

    return [name for name in names() if name.startswith(incomplete)]


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="triton-doctor")
@_options
@click.option("--fix", is_flag=True, help="Repair what was found; asks before each repair.")
@click.option("--dry-run", is_flag=True, help="With --fix: show the repairs and change nothing.")
@click.option(
    "--yes",
    is_flag=False,
    flag_value="safe",
    type=click.Choice(["safe", "ask"]),
    help="With --fix: ask nothing. `safe` (also --yes alone): repairs that can be undone and touch "
    "only this deployment's files; `ask`: also those that need root, stop, delete or download.",
)
@click.pass_context
def cli(
    context: click.Context,
    /,
    config: str | None,
    fix: bool,
    dry_run: bool,
    yes: Any,
    **options: Any,
) -> int:
    """Find out why vLLM in NVIDIA Triton does not start in Docker, and what to do.

    Without a command: look at this machine and at the deployment in this folder. Exit codes: 0
    healthy; 1 something was found (see --fail-on); 2 wrong usage; 3 something could not be told;
    4 a bug of the doctor's own.
    """
    if context.invoked_subcommand:
        return 0
    if fix:
        return _fix(options, config, dry_run, yes)
    if dry_run or yes:
        raise UsageError("belongs to --fix", where="--dry-run" if dry_run else "--yes")
    from triton_doctor.commands.diagnose import diagnose
    from triton_doctor.host.local import LocalHost
    from triton_doctor.settings import resolve

    deployment, settings = resolve(options, os.environ, config)
    return diagnose(LocalHost(), deployment, settings)


def _fix(options: dict[str, Any], config: str | None, dry_run: bool, yes: Any) -> int:
    from triton_doctor.commands.fix import Asked
    from triton_doctor.commands.fix import fix as repair
    from triton_doctor.host.local import LocalHost
    from triton_doctor.settings import Layers

    return repair(LocalHost, Layers(options, os.environ, config), Asked(yes, dry_run))


@cli.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--lang", help="Language of the words.")
def list_command(form: str, lang: str | None) -> int:
    """List everything that the doctor knows, by area."""
    from triton_doctor.commands.catalogue import list_problems

    return list_problems(form, lang)


@cli.command()
@click.argument("problem", shell_complete=_complete)
@click.option("--lang", help="Language of the words.")
def explain(problem: str, lang: str | None) -> int:
    """Explain a problem, such as docker/daemon-down, or list an area's, such as docker."""
    from triton_doctor.commands.catalogue import explain as explain_problem

    return explain_problem(problem, lang)


@cli.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--follow", "-f", is_flag=True, help="Go on as the log grows; tell causes at once.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--output", metavar="FILE", help="Write there instead of to the screen.")
@click.option("--lang", help="Language of the words.")
@click.option("--config", metavar="FILE", help="Settings file. [triton-doctor.toml]")
def logs(
    sources: tuple[str, ...],
    follow: bool,
    form: str,
    output: str | None,
    lang: str | None,
    config: str | None,
) -> int:
    """Name the root cause that a log shows.

    SOURCE is a file (also .gz), `-` for standard input, or a container's name or id, running or
    stopped; without one, the deployment's container. Exit codes: 0 no error; 1 an error and its
    cause; 2 no such log; 3 something failed and why is not known.
    """
    from triton_doctor.commands.logs import Asked
    from triton_doctor.commands.logs import logs as read_logs
    from triton_doctor.host.local import LocalHost
    from triton_doctor.settings import resolve

    deployment, settings = resolve({"lang": lang}, os.environ, config)
    return read_logs(LocalHost(), deployment, settings, Asked(sources, follow, form, output))


@cli.command()
@click.argument("entry", required=False, metavar="[ID]")
@click.option("--list", "listed", is_flag=True, help="List all repairs, newest first.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--yes", is_flag=True, help="Ask nothing, also where a command has to be run.")
@click.option("--lang", help="Language of the words.")
def undo(entry: str | None, listed: bool, form: str, yes: bool, lang: str | None) -> int:
    """Take back the last repair of --fix, or the one with this id.

    Where a file was changed since, nothing is done. Exit codes: 0 taken back; 1 not, and why; 2 no
    such id.
    """
    from triton_doctor.commands.undo import Asked
    from triton_doctor.commands.undo import undo as take_back
    from triton_doctor.host.local import LocalHost

    return take_back(LocalHost(), Asked(entry, listed, form, yes, lang))


@cli.command()
@click.option("--model", metavar="NAME", help="Name of the model in Triton.")
@click.option("--weights", metavar="ID", help="Model on the Hugging Face Hub, as OWNER/NAME.")
@click.option("--image", metavar="IMAGE", help="Server image; the files are made for its release.")
@click.option("--gpu-share", metavar="SHARE", help="Share of the GPU's memory, above 0, at most 1.")
@click.option("--repository", metavar="FOLDER", help="Model repository folder.")
@click.option("--config", metavar="FILE", help="Settings file. [triton-doctor.toml]")
@click.option("--lang", help="Language of the words.")
def init(
    weights: str | None, gpu_share: str | None, config: str | None, **options: str | None
) -> int:
    """Make the guide's model repository: config.pbtxt and 1/model.json of one model.

    Nothing is written over. What is not said is asked for at a terminal, and else as in the guide.
    """
    from triton_doctor.commands.init import Asked
    from triton_doctor.commands.init import init as make
    from triton_doctor.host.local import LocalHost
    from triton_doctor.settings import Layers

    return make(LocalHost(), Layers(options, os.environ, config), Asked(weights, gpu_share))


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print a completion script; `eval "$(triton-doctor completion bash)"` switches it on."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None, shell  # noqa: S101 - the three choices are click's own
    click.echo(kind(cli, {}, "triton-doctor", "_TRITON_DOCTOR_COMPLETE").source())
    return 0


def main() -> NoReturn:
    """Run the command line; every way out has its exit code.

    The process ends at once: a probe that hangs must not hold up its end, and taking a hundred
    modules down in good order would be a tenth of a run.
    """
    signal.signal(signal.SIGTERM, _terminate)
    gc.disable()  # a run lives for half a second; looking for garbage is a tenth of its loading
    code = _run()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    os._exit(code)


def _run() -> int:
    try:
        return int(cli.main(prog_name="triton-doctor", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return USAGE
    except UsageError as error:
        click.echo(f"triton-doctor: {error}", err=True)
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("triton-doctor: stopped; nothing was left behind", err=True)
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    except BrokenPipeError:
        return 0  # the reader went away, as `| head` does, from a command that only prints
    except Exception:  # noqa: BLE001 - whatever it was, it is a bug of ours and becomes a report
        from triton_doctor.commands.crash import crash_report

        click.echo(crash_report(sys.argv[1:]), err=True)
        return BUG


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated(TERMINATED)
