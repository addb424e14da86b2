"""Which words a `check.py` uses, read from its syntax."""

from __future__ import annotations

import ast
from pathlib import Path


def texts(path: Path) -> set[str]:
    """Every text in the code of a check."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def yielded(area: str, slugs: set[str], used: set[str]) -> set[str]:
    """Ids of an area's own problems that its texts name, and whole ids of any area."""
    own = {f"{area}/{slug}" for slug in slugs & used}
    return own | {text for text in used if text.count("/") == 1 and " " not in text}
