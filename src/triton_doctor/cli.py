"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from triton_doctor import __version__, streams
from triton_doctor.cli_catalogue import explain, list_command
from triton_doctor.cli_fit import fit
from triton_doctor.cli_given import Given, Shells
from triton_doctor.cli_options import options as _options
from triton_doctor.cli_options import plain_options as _plain_options
from triton_doctor.cli_reports import compare, replay, report
from triton_doctor.cli_server import ask, stop
from triton_doctor.errors import UsageError
from triton_doctor.interrupts import INTERRUPTED, STOPPED, TERMINATED, Terminated, taken

USAGE, BUG = 2, 4


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="triton-doctor")
@_plain_options
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


@cli.command(cls=Given)
@click.argument("given", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND | - | FILE]")
@_options
@click.option("--shell", type=Shells(), help="Whose writing. [the shell you are in]")
@click.option("--explain", is_flag=True, help="Why each part is there; what if it were not.")
@click.option("--one-line", is_flag=True, help="All on one line.")
@click.option("--from", "file", metavar="FILE", help="Read your own from a script or compose file.")
@click.option("--check", is_flag=True, help="With your own: look at the machine for it as well.")
def command(given: tuple[str, ...], config: str | None, **options: Any) -> int:
    """Show the command that starts the deployment, or check your own.

    Without COMMAND: the deployment as the command to type, for bash, fish, PowerShell, cmd or Git
    Bash, or as a compose file. With COMMAND, `docker run ...` as you would type it, or a script or
    a compose file as FILE, or pasted text on standard input (-): what is wrong with it.
    """
    from triton_doctor.commands.command import Asked
    from triton_doctor.commands.command import command as show
    from triton_doctor.host.local import LocalHost
    from triton_doctor.settings import Layers

    own = ("shell", "explain", "one_line", "file", "check")
    asked = Asked(given=given, **{name: options.pop(name) for name in own})
    return show(LocalHost(), Layers(options, os.environ, config), asked)


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print a completion script; `eval "$(triton-doctor completion bash)"` switches it on."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None, shell  # noqa: S101 - the three choices are click's own
    click.echo(kind(cli, {}, "triton-doctor", "_TRITON_DOCTOR_COMPLETE").source())
    return 0


@cli.command()
@_options
@click.option("--dry-run", is_flag=True, help="Show what stands in the way and the plan; no more.")
@click.option(
    "--yes",
    is_flag=False,
    flag_value="safe",
    type=click.Choice(["safe", "ask"]),
    help="Ask nothing. `safe` (also --yes alone): start, and apply repairs that can be undone and "
    "touch only this deployment's files; `ask`: also those that need root, stop, delete, download.",
)
@click.option("--anyway", is_flag=True, help="Start also where errors stand in the way.")
@click.option("--detach", "-d", is_flag=True, help="Start it and do not wait for it.")
@click.option("--no-ask", is_flag=True, help="Ask the model nothing in the end.")
@click.option(
    "--patience",
    type=click.FloatRange(min=0, min_open=True),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="Give up after so long without any sign of life.",
)
def launch(
    config: str | None,
    dry_run: bool,
    yes: Any,
    anyway: bool,
    detach: bool,
    no_ask: bool,
    patience: float,
    **options: Any,
) -> int:
    """Start the server, wait until it serves, and let it answer once.

    What stops it is named from its log, repaired where it may be, and it is started again. Exit
    codes: 0 it serves; 1 it died, or was not started; 3 that could not be told; 130 Ctrl-C.
    """
    from triton_doctor.commands.launch import Asked
    from triton_doctor.commands.launch import launch as start
    from triton_doctor.host.local import LocalHost
    from triton_doctor.settings import Layers

    asked = Asked(yes, dry_run, anyway, detach, not no_ask, patience)
    return start(LocalHost, Layers(options, os.environ, config), asked)


for _command in (ask, compare, explain, fit, list_command, replay, report, stop):
    cli.add_command(_command)


def main() -> NoReturn:
    """Run the command line; every way out has its exit code.

    The process ends at once: a probe that hangs must not hold up its end, and taking a hundred
    modules down in good order would be a tenth of a run.
    """
    gc.disable()  # a run lives for half a second; looking for garbage is a tenth of its loading
    streams.opened()
    code = _run()
    os._exit(code if streams.flushed() else USAGE)


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
        taken()
        click.echo(STOPPED, err=True)
        return INTERRUPTED
    except Terminated:
        taken()
        return TERMINATED
    except BrokenPipeError:
        return 0  # the reader went away, as `| head` does, from a command that only prints
    except OSError as error:
        if streams.full(error):
            streams.unwritten(error)
            return USAGE
        if _nowhere():
            click.echo("triton-doctor: the working folder is not there any more", err=True)
            return USAGE
        return _bug()
    except Exception:  # noqa: BLE001 - whatever it was, it is a bug of ours and becomes a report
        return _bug()


def _nowhere() -> bool:
    """Whether the folder in which the doctor was started has been deleted."""
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def _bug() -> int:
    from triton_doctor.commands.crash import crash_report

    click.echo(crash_report(sys.argv[1:]), err=True)
    return BUG
