"""What a rule says of a config.pbtxt, and how rules read its tree. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.api import Record, Severity
from triton_doctor_checks.repository.text_format import Field, Message


class Change(Record, frozen=True):
    """A safe repair of one place. plan: its name in the words; new: what is to stand there.

    field: the place, None for the end of the file; whole: the field's name, else its value.
    """

    plan: str
    field: Field | None
    new: str
    whole: bool = False


class Complaint(Record, frozen=True):
    """A config-invalid. error: in Triton's or the backend's own words, without ` for MODEL`.

    place: the field to point at, None for the file as a whole.
    """

    error: str
    place: Field | None = None
    case: str | None = None
    severity: Severity | None = None
    change: Change | None = None


Complaints = Iterator[Complaint]


def text(message: Message, name: str) -> str:
    """A string field or an enum's name; empty where it is not set."""
    field = message.get(name)
    return field.value if field is not None and isinstance(field.value, str) else ""


def number(message: Message, name: str) -> float:
    """A numeric field; 0 where it is not set, as protobuf has it."""
    field = message.get(name)
    if field is None or isinstance(field.value, Message | str):
        return 0
    return field.value


def truth(message: Message, name: str) -> bool:
    field = message.get(name)
    return field is not None and field.value is True


def block(message: Message | None, name: str) -> Message | None:
    """A block within; None where it is not set."""
    field = message.get(name) if message is not None else None
    return field.value if field is not None and isinstance(field.value, Message) else None


def blocks(message: Message, name: str) -> list[tuple[Field, Message]]:
    return [(one, one.value) for one in message.all(name) if isinstance(one.value, Message)]


def numbers(message: Message, name: str) -> list[tuple[Field, int]]:
    return [(one, one.value) for one in message.all(name) if isinstance(one.value, int)]


def entries(message: Message, name: str) -> dict[str, Field]:
    """A map's values by key, as a Field each; the last of a key counts, as in protobuf."""
    found: dict[str, Field] = {}
    for field, entry in blocks(message, name):
        key = entry.get("key")
        found[str(key.value) if key is not None else ""] = entry.get("value") or field
    return found
