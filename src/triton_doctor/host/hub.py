"""What the doctor may ask of the Hugging Face Hub, and the one way in which that fails.

Everything here asks and changes nothing: no cache, no token file, no retry. `timeout` bounds a
whole call in seconds, from loading the library to the last byte; HubTrouble is all that is raised.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

from triton_doctor.record import Record

HUB = "https://huggingface.co"

HubKind = Literal[
    "answer",  # the Hub, or something in its place, answered with an error: see status and code
    "offline",  # HF_HUB_OFFLINE is set where the doctor runs, so nothing was sent
    "unresolved",  # the host name is unknown
    "refused",  # nobody listens there
    "unreachable",  # no way to that network
    "silent",  # no answer in time
    "cut",  # the connection broke off
    "proxy",  # the proxy cannot be reached, or gives no way through
    "proxy-password",  # the proxy wants to know who asks (407)
    "certificate",  # signed by nobody that is known here
    "certificate-name",  # made out to another host
    "expired",  # the certificate is over, or the clock here is ahead
    "not-yet",  # the certificate begins later, or the clock here is behind
    "tls",  # encryption failed otherwise
    "redirects",  # sent in circles
    "garbage",  # no HTTP, no JSON, or more than any answer of the Hub has
    "unusable",  # not to be tried: an address, a token or a file of certificates that is none
]


class HubTrouble(Exception):
    """A question to the Hub that failed.

    text: the Hub's own sentence, or the system's, never with the token in it; status: HTTP; code:
    of `X-Error-Code`, such as GatedRepo; wait: s until it may be asked again, where it said so.
    """

    def __init__(
        self,
        kind: HubKind,
        text: str,
        status: int | None = None,
        code: str = "",
        wait: float | None = None,
    ) -> None:
        super().__init__(text)
        self.kind, self.text = kind, text
        self.status, self.code, self.wait = status, code, wait


class Secret:
    """A token on its way to the Hub; it shows itself nowhere, and cannot be written down."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "Secret()"

    def reveal(self) -> str:
        return self._value


class HubFile(Record, frozen=True):
    """A file of a repository there: path in it, and bytes as they will lie on the disk."""

    path: str
    size: int


class HubFiles(Record, frozen=True):
    """whole: all files are listed; a repository of many thousands is cut short."""

    files: tuple[HubFile, ...]
    whole: bool = True


class Hub(Protocol):
    """name: OWNER/NAME, or a NAME of old; revision: branch, tag or commit, `main` unless given."""

    def whoami(self, timeout: float) -> dict[str, Any]:
        """Who the token is, as /api/whoami-v2 says it. That is strictly rate limited: it is asked
        once, and its answer kept."""

    def model(self, name: str, timeout: float, revision: str | None = None) -> dict[str, Any]:
        """The metadata as /api/models/NAME says it: sha, gated, private, disabled, siblings,
        config, safetensors {parameters: {DTYPE: count}, total}; a gated model's too."""

    def readable(self, name: str, timeout: float) -> None:
        """Returns if the token may read the files, and raises the gate's own answer if not."""

    def files(self, name: str, timeout: float, revision: str = "main") -> HubFiles:
        """All files with their sizes; a gated model's are listed for everybody."""

    def read(
        self, name: str, path: str, timeout: float, revision: str = "main", limit: int = 1 << 20
    ) -> bytes:
        """The first `limit` bytes of a file, such as config.json."""

    def quantized(self, name: str, timeout: float) -> list[dict[str, Any]]:
        """Models that are tagged as this one quantized, most downloaded first, 50 at most: of each
        id, gated, private, disabled, config and safetensors as /api/models/NAME has them."""

    def clock(self, timeout: float) -> float:
        """Seconds by which the server's clock is ahead of the one here, whatever its certificate;
        nothing is sent to it but this question, the token neither."""

    def search(self, text: str, timeout: float, owner: str | None = None) -> list[str]:
        """Names of models that the Hub's own search finds, most downloaded first, 100 at most."""
