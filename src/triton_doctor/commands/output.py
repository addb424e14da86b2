"""Writing what --output asks for."""

from __future__ import annotations

import os
from pathlib import Path

from triton_doctor.errors import UsageError


def write_whole(output: str, text: str) -> None:
    """The text to a file, whole or not at all; UsageError where it cannot be written."""
    path = Path(output)
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        half.write_text(text, "utf-8")
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise UsageError(
            f"cannot be written: {error.strerror}",
            where=f"--output {path}",
            hint="Name another file.",
        ) from None
