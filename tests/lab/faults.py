"""Faults that real programs are brought to, each with the problem that their words tell of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from triton_doctor.record import Record

HEALTHY = "none/healthy"
MODEL = """\
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [pb_utils.InferenceResponse([]) for _ in requests]
"""
CONFIG = """\
backend: "python"
input [ { name: "IN" data_type: TYPE_STRING dims: [ 1 ] } ]
output [ { name: "OUT" data_type: TYPE_STRING dims: [ 1 ] } ]
instance_group [ { kind: KIND_CPU } ]
"""
GOOD: Mapping[str, str | bytes | None] = {"echo/config.pbtxt": CONFIG, "echo/1/model.py": MODEL}


class Fault(Record, frozen=True):
    """A way to break the real tritonserver.

    files: of the repository, over GOOD; None takes one away; a name that ends in / is a folder.
    flags: of the server, after --model-repository=/models. causes: the root causes, in order.
    options: of `docker run`. stopped: it is told to stop once it has come up.
    """

    name: str
    causes: tuple[str, ...]
    files: Mapping[str, str | bytes | None] = {}
    flags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    stopped: bool = False

    def write(self, folder: Path) -> None:
        for name, content in {**GOOD, **self.files}.items():
            path = folder / name
            if name.endswith("/"):
                path.mkdir(parents=True, exist_ok=True)
            elif content is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                data = content if isinstance(content, bytes) else content.encode()
                path.write_bytes(data)

    @property
    def serves(self) -> bool:
        """It comes up, and has to be stopped."""
        return self.causes == (HEALTHY,)


def config(old: str, new: str) -> dict[str, str | bytes | None]:
    assert old in CONFIG, old
    return {"echo/config.pbtxt": CONFIG.replace(old, new, 1)}


def code(text: str) -> dict[str, str | bytes | None]:
    return {"echo/1/model.py": text}


SYNTAX, INVALID = ("repository/config-syntax",), ("repository/config-invalid",)
CODE, LAYOUT = ("repository/model-code-error",), ("repository/bad-layout",)
FLAG, SOUND = ("launch/bad-flag",), (HEALTHY,)
EXPLICIT = "--model-control-mode=explicit"

FAULTS = (
    Fault("sound", SOUND),
    Fault("sound-explicit", SOUND, flags=(EXPLICIT, "--load-model=echo")),
    Fault("sound-no-model", SOUND, flags=(EXPLICIT,)),
    Fault("sound-crlf", SOUND, {"echo/config.pbtxt": CONFIG.replace("\n", "\r\n")}),
    Fault("sound-stray-file", SOUND, {"README.md": "Models.\n"}),
    Fault("sound-verbose", SOUND, flags=("--log-verbose=1",)),
    Fault("sound-iso-times", SOUND, flags=("--log-format=ISO8601",)),
    # ---- config.pbtxt that cannot be parsed
    Fault("syntax-quote", SYNTAX, config('"python"', '"python')),
    Fault("syntax-brace", SYNTAX, config("KIND_CPU } ]", "KIND_CPU ]")),
    Fault("syntax-field", SYNTAX, config("backend:", "bakend:")),
    Fault("syntax-enum", SYNTAX, config("KIND_CPU", "KIND_TPU")),
    Fault("syntax-number", SYNTAX, config("backend:", 'max_batch_size: "8"\nbackend:')),
    Fault("syntax-type", SYNTAX, config("TYPE_STRING", "STRING")),
    Fault("syntax-fence", SYNTAX, {"echo/config.pbtxt": f"```\n{CONFIG}```\n"}),
    Fault("syntax-json", SYNTAX, {"echo/config.pbtxt": '{"backend": "python"}\n'}),
    Fault("syntax-mark", SYNTAX, {"echo/config.pbtxt": b"\xef\xbb\xbf" + CONFIG.encode()}),
    Fault("syntax-utf16", SYNTAX, {"echo/config.pbtxt": CONFIG.encode("utf-16")}),
    Fault("syntax-smart-quotes", SYNTAX, config('"python"', "“python”")),
    Fault("syntax-comma", SYNTAX, config('"python"', '"python",,')),
    # ---- one that is parsed and refused
    Fault("invalid-dims", INVALID, config("dims: [ 1 ]", "")),
    Fault("invalid-type", INVALID, config("data_type: TYPE_STRING ", "")),
    Fault("invalid-batch", INVALID, config("backend:", "max_batch_size: -1\nbackend:")),
    Fault("invalid-zero-dim", INVALID, config("dims: [ 1 ]", "dims: [ 0 ]")),
    Fault("invalid-count", INVALID, config("kind: KIND_CPU", "kind: KIND_CPU gpus: [ 0 ]")),
    Fault("name-other", ("repository/name-mismatch",), config("backend:", 'name: "e"\nbackend:')),
    Fault("backend-typo", ("repository/backend-unknown",), config('"python"', '"pyton"')),
    Fault("backend-case", ("repository/backend-unknown",), config('"python"', '"Python"')),
    Fault("gpu-none", ("gpu/not-visible",), config("KIND_CPU", "KIND_GPU")),
    # ---- folders
    Fault("layout-no-version", LAYOUT, {"echo/1/model.py": None}),
    Fault("layout-one-up", LAYOUT, {"echo/1/model.py": None, "echo/model.py": MODEL}),
    Fault("layout-stray-folder", LAYOUT, {"notes/": None}),
    Fault("layout-git", LAYOUT, {".git/HEAD": "ref: refs/heads/main\n"}),
    Fault(
        "config-folder",
        ("mount/not-a-directory",),
        {"echo/config.pbtxt": None, "echo/config.pbtxt/": None},
    ),
    # ---- the model's own code
    Fault("code-syntax", CODE, code(MODEL + "    def broken(\n")),
    Fault("code-no-class", CODE, code("x = 1\n")),
    Fault("code-raises", CODE, code(MODEL + "\n\nraise RuntimeError('not today')\n")),
    Fault("code-key", CODE, code(MODEL + "    def initialize(self, args):\n        args['x']\n")),
    Fault("code-missing", CODE, {"echo/1/model.py": None, "echo/1/": None}),
    # ---- the command
    Fault("flag-unknown", FLAG, flags=("--max-model-len=2048",)),
    Fault("flag-value", FLAG, flags=("--http-port=eight",)),
    Fault("flag-dash", FLAG, flags=("–-log-verbose=1",)),
    Fault("load-mode", ("launch/load-without-explicit",), flags=("--load-model=echo",)),
    Fault("load-unknown", ("repository/not-found",), flags=(EXPLICIT, "--load-model=gemma")),
    Fault("repository-none", ("repository/not-found",), flags=("--model-repository=/nothing",)),
    Fault("port-twice", ("port/in-use",), flags=("--http-port=8001",)),
    # ---- more than one
    Fault(
        "two-faults",
        ("repository/config-syntax", "repository/model-code-error"),
        {**code("x = 1\n"), "bad/config.pbtxt": 'backend: "python\n', "bad/1/model.py": MODEL},
    ),
    Fault(
        "one-of-two",
        ("repository/model-code-error",),
        {"bad/config.pbtxt": CONFIG, "bad/1/model.py": "import nothing_of_the_kind\n"},
    ),
)

# What the docker client prints: arguments after `docker`; @ stands for the image.
_BIND = "run --mount type=bind"
CLIENT = {
    "client-mount-source": ("mount/source-missing", f"{_BIND},source=/no/such,target=/m @ true"),
    "client-mount-relative": ("mount/bad-path", f"{_BIND},source=models,target=m @ true"),
    "client-volume-relative": ("mount/bad-path", "run -v a/b:/x @ true"),
    "client-volume-windows": ("mount/bad-path", r"run -v C:\models:/models @ true"),
    "client-gpus": ("docker/no-gpu-runtime", "run --gpus all @ true"),
    "client-runtime": ("docker/no-gpu-runtime", "run --runtime=nvidia @ true"),
    "client-flag": ("docker/bad-command", "run --gpu all @ true"),
    "client-shm": ("docker/bad-command", "run --shm-size 1gg @ true"),
    "client-reference": ("docker/bad-command", "run UPPER/Case@"),
    "client-no-image": ("docker/bad-command", "run --rm"),
    "client-flags-last": ("docker/bad-command", "run @ --gpus all"),
    "client-absent-image": ("image/not-found", "run --pull never nowhere/nothing:1"),
}
