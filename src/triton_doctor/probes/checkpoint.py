"""What was seen of the weights that one model names, wherever they lie. Records only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from triton_doctor.record import Record

NAMES = 200

Source = Literal["folder", "volume", "hub", "none"]
# In which form the engine would load them; "" where no weights were seen.
Form = Literal["", "safetensors", "mistral", "bin", "pt", "gguf", "adapter"]
Fault = Literal[
    "missing",  # the index names it, and it is not there
    "broken-link",  # a link to nothing, as a download leaves that lost its blob
    "denied",  # could not be read: nothing is known of it
    "empty",
    "pointer",  # a pointer of git-lfs in place of the file
    "page",  # a page of a web server in place of the file
    "short",  # fewer bytes than its own header or the Hub says
    "long",  # more bytes than that
    "damaged",  # the head is not what the form asks for
]


class WeightFile(Record, frozen=True):
    """name: from the model's folder on; size: bytes; whole: bytes that it has to have by its own
    header or by the Hub, None where nobody says; error: in the loading library's words."""

    name: str
    size: int = 0
    whole: int | None = None
    fault: Fault | None = None
    error: str = ""


class SmallFile(Record, frozen=True):
    """A file beside the weights that is not whole; error: says more."""

    name: str
    fault: Fault
    error: str = ""


class Checkpoint(Record, frozen=True):
    """The weights of one model that is to be loaded.

    model: its name in Triton; named: `model` of its model.json as written; path: of that file as
    the deployment names it; arguments: all of model.json; asked: its `revision`, empty for the
    default.

    source: folder (on this machine, mounted into the container), volume (in the cache of
    downloads), hub (only the Hub's metadata), none: `reason` says why, see REASONS; error: more.
    where: the folder (on this machine, or below the volume as `hub/models--a--b/snapshots/c`), or
    the Hub's id; revision: the commit, where one is known.

    config: config.json (of the Mistral form: params.json) as it stands, None where it was not seen;
    tokenizer: of tokenizer_config.json `tokenizer_class` and `auto_map`; names: of the folder's
    files, at most NAMES; trouble: files beside the weights that are not what they should be.
    form, files: the weights as the engine would choose them, with faults; elements: of each dtype,
    summed from the headers or by the Hub, as `{"BF16": 8030261248}`, empty where not known; size:
    bytes of the files. total: `metadata.total_size` of the index, 0 where there is none.
    unfinished: downloads that were begun and not ended, as names in the cache.

    hub: told: the Hub was asked, since not all is here; failed: it did not tell, `error` says more;
    empty: it was not asked. fetch: bytes that are still to be downloaded, at the least; None where
    nobody said. outline: what the Hub shows to everybody of config.json.
    """

    model: str
    named: str
    path: str = ""
    arguments: Mapping[str, Any] = {}
    asked: str = ""
    source: Source = "none"
    reason: str = ""
    error: str = ""
    where: str = ""
    revision: str = ""
    config: Mapping[str, Any] | None = None
    tokenizer: Mapping[str, Any] = {}
    names: tuple[str, ...] = ()
    trouble: tuple[SmallFile, ...] = ()
    form: Form = ""
    files: tuple[WeightFile, ...] = ()
    elements: Mapping[str, int] = {}
    size: int = 0
    total: int = 0
    unfinished: tuple[str, ...] = ()
    hub: Literal["", "told", "failed"] = ""
    fetch: int | None = None
    outline: Mapping[str, Any] = {}

    @property
    def sound(self) -> bool:
        """Whether weights were seen, each file without a fault."""
        return bool(self.files) and not any(one.fault for one in self.files)

    @property
    def remote_code(self) -> tuple[str, ...]:
        """The model's own modules that its configurations name: vLLM may want to be told to trust
        them, where it does not know the model itself."""
        found: list[object] = []
        for about in (self.config or {}, self.tokenizer):
            mapped = about.get("auto_map")
            for value in mapped.values() if isinstance(mapped, Mapping) else ():
                found += value if isinstance(value, (list, tuple)) else [value]
        return tuple(sorted({one.rpartition(".")[0] for one in found if isinstance(one, str)}))

    @property
    def architectures(self) -> tuple[str, ...]:
        """The classes that config.json names."""
        named = (self.config or self.outline).get("architectures")
        every = named if isinstance(named, (list, tuple)) else ()
        return tuple(one for one in every if isinstance(one, str))


# Why there is nothing to be seen, by Checkpoint.reason.
REASONS = {
    "unnamed": "model.json names no model",
    "elsewhere": "a path that only the container has",
    "absent": "the path leads to nothing here",
    "a-file": "a file that is no GGUF file, where the engine wants a folder",
    "outside": "a link leads out of the mounted folder",
    "denied": "the folder may not be read",
    "no-volume": "the volume does not exist yet",
    "not-cached": "the volume does not hold the model",
    "volume-unseen": "the volume could not be looked into",
    "store": "an address of a store that is not the Hub",
}
