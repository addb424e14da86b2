"""The house's own phrases, by language."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import tomli

from triton_doctor.record import Record


class Phrases(Record, frozen=True):
    """Phrases by section and key; English where a language lacks one."""

    table: Mapping[str, Mapping[str, str]]

    def __call__(self, section: str, key: str, **values: object) -> str:
        return self.table[section][key].format_map(values)


def languages() -> list[str]:
    """The languages that the house speaks: English, and those of the files beside it."""
    names = (entry.name for entry in files("triton_doctor.knowledge").iterdir())
    others = [
        name.split(".")[1] for name in names if name.startswith("house.") and name.count(".") == 2
    ]
    return ["en", *sorted(others)]


def phrases(lang: str | None = None) -> Phrases:
    """The phrases of a language, as `ru`; English for one that is not there."""
    folder = files("triton_doctor.knowledge")
    table = tomli.loads((folder / "house.toml").read_text("utf-8"))
    translation = folder / f"house.{lang}.toml"
    if lang and translation.is_file():
        for section, words in tomli.loads(translation.read_text("utf-8")).items():
            table[section].update(words)
    return Phrases(table)
