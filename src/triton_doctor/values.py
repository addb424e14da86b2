"""What the values of settings may be, and what is said of those that may not."""

from __future__ import annotations

import re
from collections.abc import Callable

# The engine's own grammar of container names, from the text of its refusal:
# 'Invalid container name (x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed'.
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_DEVICE = re.compile(r"\d+|(?:GPU|MIG)-[0-9a-f]{8}(?:-[0-9a-f]{1,12}){0,4}")
_ENV = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?", re.IGNORECASE)
_UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


class Unfit(ValueError):
    """A value that a setting cannot take; the text says what was expected."""


def port(value: object) -> int:
    """A TCP port, 1 to 65535."""
    try:
        number = int(str(value))
    except ValueError:
        number = 0
    if isinstance(value, bool) or not 1 <= number <= 65535:
        raise Unfit(f"expected a port from 1 to 65535, got {value!r}")
    return number


def size(value: object) -> int:
    """Bytes of a size as Docker writes it: `64m`, `1g`, `1.5gb`; units are powers of 1024."""
    match = _SIZE.fullmatch(str(value).strip())
    if not match:
        raise Unfit(f"expected a size such as 64m or 1g, got {value!r}")
    return int(float(match[1]) * _UNITS[match[2].lower()])


def size_text(value: object) -> str:
    """A size kept as the user wrote it, once it is known to be one."""
    size(value)
    return str(value).strip()


def gpus(value: object) -> str:
    """`all`, `none`, or device numbers as in `0,1`; UUIDs, as nvidia-smi -L shows them, do too."""
    text = str(value).strip().lower()
    if text in ("all", "none"):
        return text
    words = [re.sub(r"^(gpu|mig)-", lambda kind: kind[0].upper(), one) for one in text.split(",")]
    if all(_DEVICE.fullmatch(one) for one in words):
        return ",".join(words)
    raise Unfit(f"expected all, none or GPU numbers such as 0,1, got {value!r}")


def container_name(value: object) -> str:
    text = str(value)
    if not _NAME.fullmatch(text):
        raise Unfit(f"expected a container name (letters, digits, _ . -), got {value!r}")
    return text


def variable(value: object) -> str:
    """The name of an environment variable; a token typed here by mistake is not repeated."""
    text = str(value)
    if not _ENV.fullmatch(text) or text.startswith("hf_"):
        raise Unfit("expected the NAME of an environment variable, such as HF_TOKEN")
    return text


def text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unfit(f"expected a text that is not empty, got {value!r}")
    if "\0" in value:
        raise Unfit(f"expected a text without a zero byte, got {value!r}")
    return value.strip()


def image(value: object) -> str:
    reference = text(value)
    if re.search(r"\s", reference):
        raise Unfit(f"expected an image reference without blanks, got {value!r}")
    return reference


def words(value: object) -> tuple[str, ...]:
    """One or many words: a text with commas, or a list of such texts."""
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise Unfit(f"expected a list of texts, got {value!r}")
    return tuple(text(word) for part in parts for word in part.split(",") if word.strip())


def texts(value: object) -> tuple[str, ...]:
    """One text or a list of them, commas and all: the names of files have them too."""
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise Unfit(f"expected a text or a list of texts, got {value!r}")
    return tuple(text(part) for part in parts)


def models(value: object) -> tuple[str, ...]:
    names = words(value)
    if not names:
        raise Unfit("expected the name of at least one model")
    return names


def one_of(*choices: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in choices:
            raise Unfit(f"expected one of {', '.join(choices)}, got {value!r}")
        return str(value)

    return parse


def positive(value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = 0.0
    if isinstance(value, bool) or not 0 < number < float("inf"):
        raise Unfit(f"expected a number above 0, got {value!r}")
    return number


def count(value: object) -> int:
    number = positive(value)
    if number != int(number):
        raise Unfit(f"expected a whole number above 0, got {value!r}")
    return int(number)


def flag(value: object) -> bool:
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if str(value).lower() not in known:
        raise Unfit(f"expected true or false, got {value!r}")
    return known[str(value).lower()]
