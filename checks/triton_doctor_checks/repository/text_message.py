"""What reading a config.pbtxt comes to: a message, or the fault that Triton finds in it."""

from __future__ import annotations

from triton_doctor.api import Record


class Field(Record, frozen=True):
    """One value of one field. line, column: of its name; value_line, value_column: of the value.

    All count from 1, as an editor does. A list `[a, b]` gives a Field for each element. An enum's
    value is its name, or the number where a number without a name was given; a map's entry is a
    Message with `key` and `value`.
    """

    name: str
    value: Message | str | int | float | bool
    line: int
    column: int
    value_line: int
    value_column: int


class Message(Record, frozen=True):
    """A block with its fields in the order of the file; type: without the package, `ModelInput`.

    line, column: of its opening brace; 1, 1 for the file as a whole.
    """

    type: str
    fields: tuple[Field, ...]
    line: int = 1
    column: int = 1

    def get(self, name: str) -> Field | None:
        """The last field of that name."""
        for field in reversed(self.fields):
            if field.name == name:
                return field
        return None

    def all(self, name: str) -> tuple[Field, ...]:
        return tuple([field for field in self.fields if field.name == name])


class Fault(Record, frozen=True):
    """Why Triton refuses the file.

    line, column: the place to look at, as an editor counts; error: as Triton's log has it after
    `Error parsing text-format inference.ModelConfig:`, with the place as it counts there (bytes,
    and to the next multiple of 8 at a tab); case: the habit that led to it; seen: what stands
    there; meant: what was very likely meant, or ""; sure: nothing else can be meant; about: the
    field that is spoken of, or the block that has no such field; options: what may stand there.
    """

    line: int
    column: int
    error: str
    case: str | None = None
    seen: str = ""
    meant: str = ""
    sure: bool = False
    about: str = ""
    options: str = ""
