"""The commands about a server that is there: `ask` and `stop`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click


def _where_it_runs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which container is meant, for the commands about a server that is there."""
    options = [
        click.option("--name", metavar="NAME", help="Container name. [triton_vllm_server]"),
        click.option("--format", "form", type=click.Choice(["text", "json"]), default="text"),
        click.option("--lang", help="Language of the words."),
        click.option("--config", metavar="FILE", help="Settings file. [triton-doctor.toml]"),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("words", nargs=-1, metavar="[PROMPT]")
@click.option("--model", metavar="NAME", help="Model to ask. [gemma]")
@click.option("--url", metavar="URL", help="The server. [http://localhost:HTTP-PORT]")
@click.option("--http-port", metavar="PORT", help="Host port for HTTP. [8000]")
@click.option("--max-tokens", type=click.IntRange(min=1), default=256, show_default=True)
@click.option("--temperature", type=float, help="0 is the most likely word each time.")
@click.option("--top-p", type=float, help="Of the likeliest words with this sum.")
@click.option("--top-k", type=int, help="Of so many of the likeliest words.")
@click.option("--stop", multiple=True, metavar="TEXT", help="End before this text; repeatable.")
@click.option("--seed", type=int, help="The same answer again, as far as the server can.")
@click.option(
    "--param",
    "params",
    multiple=True,
    metavar="KEY=JSON",
    help="Any of vLLM's sampling fields.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    help="How long without a word is too long.",
)
@click.option("--no-stream", is_flag=True, help="Wait for the whole answer.")
@click.option("--show-request", is_flag=True, help="Print it as a line of curl; ask nothing.")
@_where_it_runs
def ask(words: tuple[str, ...], **options: Any) -> int:
    """Ask the running server: the answer as it comes, and why there is none.

    PROMPT is the text, or `-` for standard input. The answer goes to stdout, all else to stderr.
    Exit codes: 0 answered; 1 not, and why; 2 wrong usage; 130 ended with Ctrl-C.
    """
    from triton_doctor.commands.ask_options import asked, layers
    from triton_doctor.host.local import LocalHost

    prompt = " ".join(words) if words else None  # the quotes around a question are often forgotten
    return asked(LocalHost(), layers(options, os.environ), prompt, options)


@click.command()
@click.option("--yes", is_flag=True, help="Ask nothing, also where the container is not ours.")
@_where_it_runs
def stop(yes: bool, form: str, config: str | None, **options: Any) -> int:
    """Stop the server in good order; one that `launch` started is removed if it ended well.

    Exit codes: 0 nothing runs any more; 1 it was not stopped, or ended with an error; 3 the engine
    does not tell.
    """
    from triton_doctor.commands.stop import Asked
    from triton_doctor.commands.stop import stop as end
    from triton_doctor.host.local import LocalHost
    from triton_doctor.settings import Layers

    return end(LocalHost(), Layers(options, os.environ, config), Asked(yes, form))
