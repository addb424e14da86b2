"""The commands about runs that are sent or kept: `report`, `replay` and `compare`."""

from __future__ import annotations

import os
from typing import Any

import click

from triton_doctor.cli_options import options as _options


@click.command()
@_options
def report(config: str | None, **options: Any) -> int:
    """Make a report to send: a page for a browser, and a bundle that can be judged elsewhere.

    Secrets, names and private addresses are taken out, and everything is looked at again before it
    is written. --output names a folder, a .zip (the bundle alone) or a .html (the page alone).
    Exit codes: 0 written; 2 wrong usage; 4 something was left that looks like a secret.
    """
    from triton_doctor.commands.report import report as make
    from triton_doctor.host.local import LocalHost
    from triton_doctor.settings import resolve

    _is_a_page(options.get("format"))
    deployment, settings = resolve(options, os.environ, config)
    return make(LocalHost(), deployment, settings, os.environ)


def _is_a_page(form: str | None) -> None:
    """UsageError: `report` has formats of its own; one in the settings is for the plain run."""
    from triton_doctor.errors import UsageError

    if form not in (None, "auto", "text"):
        hint = f"For {form} alone: triton-doctor --format {form}. The bundle has report.json."
        raise UsageError("report writes a page and a bundle", where=f"--format {form}", hint=hint)


@click.command()
@click.argument("bundle", metavar="BUNDLE")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--fail-on", metavar="ON", help="Exit 1 from this severity on. [error]")
@click.option("--lang", help="Language of the words.")
def replay(bundle: str, form: str, fail_on: str | None, lang: str | None) -> int:
    """Judge a recorded run again, with what is known today; no machine and no network is asked.

    BUNDLE is what `triton-doctor report` wrote, its unpacked folder, or a report of --format json.
    Exit codes are those of a plain run.
    """
    from triton_doctor.commands.replay import replay as judge
    from triton_doctor.settings import resolve

    _, settings = resolve({"lang": lang, "fail_on": fail_on}, {}, None)
    return judge(bundle, settings, form)


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@_options
def compare(before: str, after: str, config: str | None, **options: Any) -> int:
    """Say what differs between two machines or two runs.

    A and B are bundles, reports of --format json, or `now` for this machine. Exit codes: 0 nothing
    differs; 1 something does; 2 wrong usage.
    """
    from triton_doctor.commands.compare import Asked
    from triton_doctor.commands.compare import compare as tell
    from triton_doctor.host.local import LocalHost
    from triton_doctor.settings import resolve

    deployment, settings = resolve(options, os.environ, config)
    form = "json" if settings.format == "json" else "text"
    return tell(LocalHost(), deployment, settings, Asked(before, after, form))
