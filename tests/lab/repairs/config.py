"""Repairs of config.pbtxt: each slip stands in a file with remarks, odd spaces and CRLF."""

from __future__ import annotations

from tests.lab.repairs.files import Breaks, together
from tests.lab.repairs.kit import MODEL, Repair, Scene

FILE = f"{MODEL}/config.pbtxt"
SOUND = r"""# The team's own; ask Ada before changing it.
name: "gemma"
backend: "vllm"     ## not "python"

  # One engine for all GPUs.
instance_group [
   {
      count: 1   # enough
      kind: KIND_MODEL
   }
]
	parameters { key: "team" value: { string_value: "search, \"night\" shift" } }
model_transaction_policy { decoupled: True }
# the end
"""
_SYNTAX, _INVALID = "repository/config-syntax", "repository/config-invalid"


def text(old: str = "", new: str = "", *, ends: str = "\n") -> str:
    """The sound file with one place changed."""
    assert old in SOUND
    return SOUND.replace(old, new, 1).replace("\n", ends)


def write(content: str | bytes) -> Breaks:
    return lambda scene: scene.write(FILE, content)


def keeps(old: str) -> tuple[str, ...]:
    """All lines of the file in which nothing was changed."""
    return tuple(one for one in SOUND.split("\n") if old.split("\n")[0] not in one)


def slip(case: str, old: str, new: str, problem: str = _SYNTAX, *, ends: str = "\r\n") -> Repair:
    """One place of the sound file is written wrong."""
    broken = text(old, new, ends=ends)
    return Repair(problem, case, "safe", write(broken), "repository", keeps=keeps(old))


def _parallel(content: str) -> Breaks:
    """Two GPUs are asked for."""

    def model_json(scene: Scene) -> object:
        return scene.arguments(tensor_parallel_size=2)

    return together(write(content), model_json)


_GROUP = SOUND[SOUND.index("instance_group") : SOUND.index("\tparameters")]

CONFIG = [
    Repair(
        _SYNTAX,
        "bom",
        "safe",
        write(b"\xef\xbb\xbf" + text(ends="\r\n").encode()),
        "repository",
        keeps=keeps("(none)"),
    ),
    Repair(
        _SYNTAX,
        "utf-16",
        "safe",
        write(text(ends="\r\n").encode("utf-16")),
        "repository",
        keeps=keeps("(none)"),
    ),
    slip("smart-quotes", '"vllm"', "\u201cvllm\u201d"),
    slip("blank", "count: 1", "count:\u00a01"),
    slip("equals", 'backend: "vllm"', 'backend = "vllm"'),
    slip("misspelt-field", "backend:", "bakend:"),
    slip("unknown-value", "KIND_MODEL", "KIND_MODL"),
    slip("needs-type", "KIND_MODEL", '"KIND_MODEL"'),
    slip("needs-word", "True", "yes"),
    slip("fence", "# The team's", "```protobuf\n# The team's"),
    slip("comment", "  # One engine", "  // One engine"),
    slip("needs-text", '"vllm"', "vllm"),
    slip("needs-number", "count: 1", 'count: "1"'),
    slip("quoted-name", "count: 1", '"count": 1'),
    slip("unclosed-quote", '"gemma"', '"gemma'),
    slip("missing-colon", "count: 1", "count 1"),
    slip(
        "missing-comma",
        'parameters { key: "team"',
        'parameters [ { key: "a" value { } } { key: "b" value { } } ]\n\tparameters { key: "team"',
    ),
    slip("stray", "kind: KIND_MODEL", "kind: KIND_MODEL,,"),
    slip("batch-size", "# the end", "max_batch_size: 8  # as the guide says\n# the end", _INVALID),
    slip("negative", "# the end", "max_batch_size: -1\n# the end", _INVALID),
    slip("decoupled", "True", "False", _INVALID),
    Repair(
        _INVALID,
        "no-group",
        "safe",
        _parallel(text(_GROUP, "", ends="\r\n")),
        "repository",
        keeps=tuple(one for one in SOUND.split("\n") if one not in _GROUP.split("\n")),
    ),
    Repair(
        _INVALID,
        "kind",
        "safe",
        _parallel(text("KIND_MODEL", "KIND_GPU", ends="\r\n")),
        "repository",
        keeps=keeps("KIND_MODEL"),
    ),
    slip("name", '"gemma"', '"Gemma-2"', "repository/name-mismatch"),
    slip("backend", '"vllm"', '"vLLM"', "repository/backend-unknown"),
    slip("platform", "backend:", "platform:", "repository/backend-unknown"),
]
