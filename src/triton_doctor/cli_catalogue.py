"""The commands about what the doctor knows: `list` and `explain`."""

from __future__ import annotations

import click

from triton_doctor.cli_options import complete


@click.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--lang", help="Language of the words.")
def list_command(form: str, lang: str | None) -> int:
    """List everything that the doctor knows, by area."""
    from triton_doctor.commands.catalogue import list_problems

    return list_problems(form, lang)


@click.command()
@click.argument("problem", shell_complete=complete)
@click.option("--lang", help="Language of the words.")
def explain(problem: str, lang: str | None) -> int:
    """Explain a problem, such as docker/daemon-down, or list an area's, such as docker."""
    from triton_doctor.commands.catalogue import explain as explain_problem

    return explain_problem(problem, lang)
