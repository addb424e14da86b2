"""What a case is, and the few ways to change the guide's two files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

GUIDE = 'backend: "vllm"\ninstance_group [\n  {\n    count: 1\n    kind: KIND_MODEL\n  }\n]\n'
SETTINGS = (
    '{\n  "model": "google/gemma-2b",\n  "disable_log_requests": true,\n'
    '  "gpu_memory_utilization": 0.9\n}\n'
)
CONFIG, ARGUMENTS = "config.pbtxt", "1/model.json"

# Changes the model's folder, which holds the guide's files and bears the name of the case.
Make = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """kind: the heading on the page. folder: the model's name, where the case is about names.

    alone: the doctor is shown a repository with nothing else in it, since it lists stray folders
    together.
    """

    kind: str
    title: str
    make: Make
    folder: str = ""
    alone: bool = False

    @property
    def name(self) -> str:
        return self.folder or re.sub(r"[^a-z0-9]+", "-", f"{self.kind} {self.title}".lower())

    def build(self, repository: Path) -> None:
        model = repository / self.name
        (model / "1").mkdir(parents=True)
        (model / CONFIG).write_text(GUIDE)
        (model / ARGUMENTS).write_text(SETTINGS)
        self.make(model)


def both(*changes: Make) -> Make:
    """One after the other."""

    def make(model: Path) -> None:
        for change in changes:
            change(model)

    return make


def write(path: str, content: str | bytes) -> Make:
    """Writes a file, its folder too; @NAME@ in a text stands for the model's name."""

    def make(model: Path) -> None:
        text = content.replace("@NAME@", model.name) if isinstance(content, str) else content
        data = text.encode() if isinstance(text, str) else text
        (model / path).parent.mkdir(parents=True, exist_ok=True)
        (model / path).write_bytes(data)

    return make


def config(content: str | bytes) -> Make:
    return write(CONFIG, content)


def more(text: str) -> Make:
    """The guide's config.pbtxt with `text` after it."""
    return write(CONFIG, GUIDE + text)


def arguments(content: str | bytes) -> Make:
    return write(ARGUMENTS, content)


def setting(text: str) -> Make:
    """model.json with one more line in it: `"key": value`."""
    return arguments('{\n  "model": "google/gemma-2b",\n  ' + text + "\n}\n")


def rename(path: str, target: str) -> Make:
    return lambda model: (model / path).rename(model / target)


def remove(path: str) -> Make:
    return lambda model: (model / path).unlink()


def folder(path: str) -> Make:
    return lambda model: (model / path).mkdir(parents=True)


def link(path: str, target: str) -> Make:
    return lambda model: (model / path).symlink_to(target)


def pipe(path: str) -> Make:
    return lambda model: os.mkfifo(model / path)


def outside(path: str) -> Make:
    """Moves a part out of the repository, and leaves a link to it in its place."""

    def make(model: Path) -> None:
        there = model.parent.parent / "elsewhere" / model.name
        there.parent.mkdir(exist_ok=True)
        (model / path).rename(there)
        (model / path).symlink_to(os.path.relpath(there, (model / path).parent))

    return make


def nothing(_model: Path) -> None:
    """The guide's files as they are."""
