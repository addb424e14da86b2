"""Reads commands out of README.md, so that what is written and what is tested cannot differ."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def command(marker: str) -> str:
    """The text of the fenced block that follows the comment `<!-- tested: MARKER -->`."""
    pattern = rf"<!-- tested: {re.escape(marker)} -->\s*```\w*\n(.*?)```"
    blocks = re.findall(pattern, README.read_text(encoding="utf-8"), re.DOTALL)
    if len(blocks) != 1:
        raise AssertionError(f"README.md has {len(blocks)} blocks marked {marker!r}, not one")
    return str(blocks[0]).strip()
