"""A bug of the doctor's own, as a report ready to paste."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Sequence
from shlex import join

from triton_doctor import __version__
from triton_doctor.redact import clean


def crash_report(arguments: Sequence[str]) -> str:
    """Markdown of the exception in hand: versions first, then what was typed, then the trace."""
    return clean(
        "\n".join(
            [
                "triton-doctor: this is a bug of the doctor's own, not of your set-up.",
                "Report it with the lines below.",
                "",
                f"- triton-doctor {__version__}, Python {platform.python_version()}",
                f"- {platform.platform()}",
                f"- `{join(['triton-doctor', *arguments])}`",
                "",
                "```",
                traceback.format_exc().rstrip(),
                "```",
            ]
        )
    )
