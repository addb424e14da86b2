"""The places of a stub's traceback, in the lines below its message.

Older servers print a message as it is, newlines and all; newer ones quote it in one line.
Put together again the two are the same.
"""

from __future__ import annotations

import re

from triton_doctor.logs.cleaning import Cleaned
from triton_doctor.logs.unwrapping import PLACES
from triton_doctor.record import Mutable, field

MOST = 60  # places of one traceback
_BEGINS = re.compile(
    r"initialize Python stub|^failed to load '[^']{1,120}' version \d+: "
    r"|^Failed to process the request"
)
_STUB = "pb_stub.cc:"  # what older stubs say names no step
_PLACE = re.compile(r"^\s*\S.{0,300}\(\d+\): \S")


class Places(Mutable):
    """A message that may go on, and the places that followed it so far."""

    number: int = 0
    raw: str = ""
    message: Cleaned | None = None
    rows: list[str] = field(default_factory=list)
    said: bool = False  # the word `At:` came

    def begin(self, number: int, raw: str, message: Cleaned) -> bool:
        """Whether places may follow this line."""
        text = message.text
        if PLACES in text or not (_BEGINS.search(text) or _STUB in raw):
            return False
        self.number, self.raw, self.message = number, raw, message
        self.rows, self.said = [], False
        return True

    def takes(self, message: Cleaned) -> bool:
        """Whether a line belongs to the message before."""
        if self.message is None or message.framed:
            return False
        if not self.said:
            self.said = message.text.strip() == "At:"
            return self.said
        if len(self.rows) < MOST and _PLACE.match(message.text):
            self.rows.append(message.text.rstrip('"'))
            return True
        return False

    def end(self) -> tuple[int, str, Cleaned] | None:
        """The whole message, where places followed it."""
        message, self.message = self.message, None
        if message is None or not self.rows:
            return None
        text = "\n".join([message.text + "\n", "At:", *self.rows, ""])
        return self.number, self.raw, Cleaned(text, message.level, message.framed)
