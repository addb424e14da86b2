"""The published schemas of what the doctor prints as JSON, and what each command's is held to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parents[1] / "docs/schema"
NAMES = sorted(path.name for path in FOLDER.glob("*.json"))


@cache
def published(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))


def closed(schema: Any) -> Any:
    """The schema as one that lets no key pass that it does not tell of."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {"additionalProperties": False} if "properties" in schema else {}
    return {**shut, **{key: closed(value) for key, value in schema.items()}}


@cache
def _validator(name: str) -> Any:
    return Draft202012Validator(closed(published(name)))


def hold(name: str, text: str | bytes) -> Any:
    """The document, which is as the schema says, and has no key that it does not know."""
    document = json.loads(text)
    _validator(name).validate(document)
    return document


def held(arguments: Sequence[str], text: str | bytes) -> Any:
    """The document that a run with these words printed, as its command's schema says."""
    word = arguments[0] if arguments else ""
    if word == "command" and "parts" not in json.loads(text):
        word = ""  # a command of the user's own becomes a report
    name = f"{word}-1.json"
    return hold(name if name in NAMES else "report-1.json", text)
