"""The option grammars of `docker run` and `tritonserver`, and words taken apart by them. Pure.

Docker reads its options as GNU programs do, up to the first word that is none, the image;
tritonserver by getopt_long, which also takes the beginning of a name where it is unique.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from triton_doctor.launching.shells.words import Word
from triton_doctor.probes.given_command import Option, Part
from triton_doctor.record import Record, replace

_IMAGE = re.compile(
    r"(?:[\w.-]+(?::\d+)?/)+[\w.-]*(?:triton|vllm)[\w./-]*(?::|@|$)"
    r"|[\w.-]*(?:triton|vllm)[\w.-]*[:@]|nvcr\.io/|[a-z][\w.-]*/[\w./-]+:"
)

# Options whose value is one plain word, and no image.
_WORDS = ("name", "hostname", "gpus", "shm-size", "restart", "network", "ipc", "runtime", "memory")


@cache
def _table(name: str) -> Any:
    import msgspec

    return msgspec.json.decode(
        (files("triton_doctor.launching") / f"{name}_options.json").read_bytes()
    )


def docker_options() -> dict[str, dict[str, Any]]:
    """Every option of `docker run` by its long name: short, value (empty for a switch), repeats."""
    table: dict[str, dict[str, Any]] = _table("docker")["run"]
    return table


def global_options() -> dict[str, dict[str, Any]]:
    """The options between `docker` and `run`."""
    table: dict[str, dict[str, Any]] = _table("docker")["global"]
    return table


def triton_options() -> dict[str, str]:
    """Every option of tritonserver with the kind of its value, empty where it takes none."""
    table: dict[str, str] = _table("triton")["options"]
    return table


class Parsed(Record, frozen=True):
    """Options, and the words after them. strays: words among the options that are none."""

    options: tuple[Option, ...]
    rest: tuple[Word, ...]
    strays: tuple[Word, ...] = ()


def docker_run(words: Sequence[Word], table: dict[str, dict[str, Any]] | None = None) -> Parsed:
    """The options up to the first word that is none. table: other options than those of `run`."""
    known = docker_options() if table is None else table
    found: list[Option] = []
    strays: list[Word] = []
    place = 0
    while place < len(words):
        word = words[place]
        if word.text == "--":
            place += 1
            break
        if not word.text.startswith("-") or word.text == "-":
            if table is not None or not _before_image(words[place:]):
                break
            place += 1
            if _is_list(word):
                found.append(_option("", word.text, None, word, word.end, True))
            else:
                strays.append(word)
            continue
        after = words[place + 1] if place + 1 < len(words) else None
        read = _long if word.text.startswith("--") else _short
        options, used = read(word, after, known)
        if used and options[-1].name in _WORDS and _swallows(words[place + 1 :]):
            options, used = [replace(options[-1], value=None, end=word.end)], 0
        if not options[-1].known and not used and _has_value(words[place:]):
            options, used = (
                [_pair(options[-1].name, options[-1].written, word, words[place + 1], False)],
                1,
            )
        found += options
        place += 1 + used
    if table is None:
        found = [_told(one, known, triton_options()) for one in found]
    return Parsed(tuple(found), tuple(words[place:]), tuple(strays))


def _told(option: Option, own: Mapping[str, Any], other: Mapping[str, Any]) -> Option:
    """An option with what both grammars know of its name."""
    entry = own.get(option.name, "")
    kind = entry if isinstance(entry, str) else entry["value"]
    if option.known:
        return replace(option, kind=kind)
    near = get_close_matches(option.name, own, 1, 0.75)
    letters = {one["short"] for one in other.values() if isinstance(one, dict)} - {""}
    elsewhere = option.name in other if option.written[:2] == "--" else option.name[:1] in letters
    return replace(option, near=near[0] if near else "", elsewhere=elsewhere)


def _is_list(word: Word) -> bool:
    """Whether a word stands for options that the text does not hold: "${ARGS[@]}", $OPTS, @a."""
    return word.text.startswith("@") or (bool(word.unset) and word.text.startswith(("$", "%")))


def _before_image(words: Sequence[Word]) -> bool:
    """Whether the image comes only after the first of these words."""
    if looks_like_image(words[0].text) or words[0].text == "tritonserver":
        return False
    for word in words[1:]:
        if word.text == "tritonserver":
            return False
        if looks_like_image(word.text):
            return True
    return False


def _swallows(words: Sequence[Word]) -> bool:
    """Whether what was taken for an option's value is the image: no other comes after it."""
    return looks_like_image(words[0].text) and not any(
        looks_like_image(one.text) for one in words[1:]
    )


def _has_value(words: Sequence[Word]) -> bool:
    """Whether what follows an unknown option is its value: the image comes later."""
    if "=" in words[0].text or len(words) < 3 or words[1].text.startswith("-"):
        return False
    return not looks_like_image(words[1].text) and any(
        looks_like_image(one.text) for one in words[2:]
    )


def looks_like_image(text: str) -> bool:
    return text != "tritonserver" and bool(_IMAGE.match(text))


def _long(
    word: Word, after: Word | None, known: dict[str, dict[str, Any]]
) -> tuple[list[Option], int]:
    name, sign, value = word.text[2:].partition("=")
    near = name if name in known else next(iter(get_close_matches(name, known, 1, 0.75)), "")
    takes = bool(near and known[near]["value"])
    if sign:
        start = word.end - len(value)  # quotes aside; good enough to point at
        return [_option(name, f"--{name}", value, word, start, name in known)], 0
    if takes and after is not None:
        return [_pair(name, f"--{name}", word, after, name in known)], 1
    lacks = near == name and takes
    return [
        _option(
            name, f"--{name}", None if lacks or not near else "true", word, word.end, name in known
        )
    ], 0


def _short(
    word: Word, after: Word | None, known: dict[str, dict[str, Any]]
) -> tuple[list[Option], int]:
    """`-d`, `-it`, `-p 80:80`, `-p80:80`, `-p=80:80`."""
    letters = {one["short"]: name for name, one in known.items() if one["short"]}
    found: list[Option] = []
    long, sign, value = word.text[1:].partition("=")
    if long in known and len(long) > 2:  # one hyphen too few
        if not sign and known[long]["value"] and after is not None:
            return [_pair(long, f"-{long}", word, after, False)], 1
        value = value if sign else "true"
        return [_option(long, f"-{long}", value, word, word.end - len(value), False)], 0
    for place, letter in enumerate(word.text[1:], start=1):
        name = letters.get(letter)
        if name is None:
            found.append(_option(letter, f"-{letter}", None, word, word.end, False))
            return found, 0
        rest = word.text[place + 1 :]
        if not known[name]["value"]:
            found.append(_option(name, f"-{letter}", "true", word, word.end, True))
            if rest.startswith("="):
                return found, 0
            continue
        if rest:
            value = rest.removeprefix("=")
            found.append(_option(name, f"-{letter}", value, word, word.end - len(value), True))
            return found, 0
        if after is None:
            found.append(_option(name, f"-{letter}", None, word, word.end, True))
            return found, 0
        found.append(_pair(name, f"-{letter}", word, after, True))
        return found, 1
    return found, 0


def _option(
    name: str, written: str, value: str | None, word: Word, value_start: int, known: bool
) -> Option:
    return Option(
        name=name,
        written=written,
        value=value,
        start=word.start,
        end=word.end,
        value_start=value_start,
        known=known,
        unset=tuple(one.name for one in word.unset),
    )


def _pair(name: str, written: str, word: Word, after: Word, known: bool) -> Option:
    return Option(
        name=name,
        written=written,
        value=after.text,
        start=word.start,
        end=after.end,
        value_start=after.start,
        known=known,
        unset=tuple(one.name for one in after.unset),
    )


class Server(Record, frozen=True):
    """A command line of tritonserver: its flags, and words that are none."""

    flags: tuple[Option, ...]
    strays: tuple[Part, ...]


def tritonserver(words: Sequence[Word]) -> Server:
    """What follows the word `tritonserver`."""
    known = triton_options()
    flags: list[Option] = []
    strays: list[Part] = []
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if not word.text.startswith("-") or word.text in ("-", "--"):
            strays.append(part(word))
            continue
        bare, sign, value = word.text.lstrip("-").partition("=")
        name = _full(bare, known) if word.text.startswith("--") else bare
        there = name in known and word.text.startswith("--")
        written = word.text.partition("=")[0]
        near = name if there else next(iter(get_close_matches(bare, known, 1, 0.75)), "")
        wants = bool(known.get(near)) or (
            not near and place < len(words) and not words[place].text.startswith("-")
        )
        if sign:
            flags.append(_option(name, written, value, word, word.end - len(value), there))
        elif wants and place < len(words):
            flags.append(_pair(name, written, word, words[place], there))
            place += 1
        else:
            flags.append(_option(name, written, None, word, word.end, there))
    told = (_told(one, known, docker_options()) for one in flags)
    return Server(tuple(told), tuple(strays))


def _full(name: str, known: dict[str, str]) -> str:
    """A name that was cut short, as getopt_long completes it."""
    if name in known:
        return name
    fitting = [one for one in known if one.startswith(name)]
    return fitting[0] if len(fitting) == 1 and name else name


def part(word: Word) -> Part:
    return Part(word.text, word.start, word.end, tuple(one.name for one in word.unset))
