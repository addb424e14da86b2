"""More ways to break the real tritonserver: flags, places, ensembles, code, memory, rights."""

from __future__ import annotations

from tests.lab.faults import (
    CODE,
    CONFIG,
    EXPLICIT,
    FLAG,
    INVALID,
    LAYOUT,
    MODEL,
    SOUND,
    SYNTAX,
    Fault,
    code,
    config,
)

_VLLM = {"gemma/config.pbtxt": 'backend: "vllm"\n'}
_INITIALIZE = MODEL + "    def initialize(self, args):\n        "
_COMPLETE = MODEL + "    @staticmethod\n    def auto_complete_config(config):\n        "
_ENSEMBLE = """\
platform: "ensemble"
input [ { name: "A" data_type: TYPE_STRING dims: [ 1 ] } ]
output [ { name: "B" data_type: TYPE_STRING dims: [ 1 ] } ]
"""


def initialize(line: str) -> dict[str, str | bytes | None]:
    """The model's code, with one line at its start."""
    return code(_INITIALIZE + line + "\n")


def ensemble(model: str, tensor: str = "IN") -> dict[str, str | bytes | None]:
    """A model named all, of one step."""
    step = (
        f'model_name: "{model}" model_version: -1 input_map {{ key: "{tensor}" value: "A" }} '
        'output_map { key: "OUT" value: "B" }'
    )
    text = _ENSEMBLE + f"ensemble_scheduling {{ step [ {{ {step} }} ] }}\n"
    return {"all/config.pbtxt": text, "all/1/": None}


def parameter(name: str, value: str) -> dict[str, str | bytes | None]:
    more = f'parameters: {{ key: "{name}" value: {{ string_value: "{value}" }} }}\n'
    return {"echo/config.pbtxt": CONFIG + more}


NOT_FOUND, WARM_UP = ("repository/not-found",), 'model_warmup [ { name: "w" batch_size: 1 } ]\n'
SHM, DENIED = ("host/shm-too-small",), ("mount/permission-denied",)

SERVER_FAULTS = (
    Fault("sound-poll", SOUND, flags=("--model-control-mode=poll",)),
    Fault("sound-cache", SOUND, flags=("--cache-config=local,size=1048576",)),
    Fault("sound-neighbour-unused", SOUND, {"bad/x": ""}, (EXPLICIT, "--load-model=echo")),
    Fault("sound-reuse", SOUND, flags=("--reuse-http-port=1", "--reuse-grpc-port=1")),
    Fault("sound-old-flag", SOUND, flags=("--strict-model-config=false",)),
    Fault("sound-ensemble", SOUND, ensemble("echo")),
    Fault(
        "sound-frightening",
        SOUND,
        initialize('pb_utils.Logger.log_error("cannot find the optional cache, error 5")'),
    ),
    # ---- flags
    Fault("flag-stray", FLAG, flags=("serve",)),
    Fault("flag-blank", FLAG, flags=(" ",)),
    Fault("flag-ambiguous", FLAG, flags=("--model=gemma",)),
    Fault("flag-mode", FLAG, flags=("--model-control-mode=expl",)),
    Fault("flag-bool", FLAG, flags=("--strict-readiness=perhaps",)),
    Fault("flag-out-of-range", FLAG, flags=("--http-port=99999999999",)),
    Fault("flag-pair", FLAG, flags=("--backend-config=python",)),
    Fault("flag-star-and-name", FLAG, flags=(EXPLICIT, "--load-model=*", "--load-model=echo")),
    Fault("flag-cache", FLAG, flags=("--cache-config=redis,host=redis",)),
    Fault("flag-certificate", FLAG, flags=("--grpc-use-ssl=1", "--grpc-server-cert=/no.crt")),
    # ---- the repository
    Fault("repository-blank", NOT_FOUND, flags=("--model-repository=/my models",)),
    Fault("repository-file", NOT_FOUND, flags=("--model-repository=/models/echo/config.pbtxt",)),
    Fault(
        "repository-none-stays-up",
        NOT_FOUND,
        flags=("--exit-on-error=false", "--model-repository=/nothing"),
    ),
    Fault("layout-version-name", LAYOUT, {"echo/1/model.py": None, "echo/v1/model.py": MODEL}),
    Fault("layout-idea", LAYOUT, {".idea/workspace.xml": ""}),
    Fault(
        "layout-blank-in-name",
        LAYOUT,
        {"my echo/config.pbtxt": CONFIG, "my echo/1/model.py": MODEL},
    ),
    Fault(
        "config-misnamed",
        ("repository/config-missing",),
        {"gemma/config.pbtxt.txt": "", "gemma/1/model.json": "{}"},
    ),
    Fault(
        "backend-of-another-image", ("image/wrong-variant",), config('"python"', '"tensorrtllm"')
    ),
    Fault("json-missing", ("repository/model-json-missing",), {**_VLLM, "gemma/1/x": ""}),
    Fault(
        "json-comma",
        ("repository/model-json-syntax",),
        {**_VLLM, "gemma/1/model.json": '{"model": "m",}'},
    ),
    Fault("json-list", ("repository/model-json-syntax",), {**_VLLM, "gemma/1/model.json": '["m"]'}),
    # ---- config.pbtxt
    Fault("syntax-twice", SYNTAX, {"echo/config.pbtxt": 'name: "echo"\nname: "echo"\n' + CONFIG}),
    Fault("invalid-warm-up", INVALID, {"echo/config.pbtxt": CONFIG + WARM_UP}),
    Fault("invalid-switch", INVALID, parameter("FORCE_CPU_ONLY_INPUT_TENSORS", "maybe")),
    Fault("invalid-environment", INVALID, parameter("EXECUTION_ENV_PATH", "/models/none.tar.gz")),
    Fault(
        "invalid-environment-folder",
        INVALID,
        {**parameter("EXECUTION_ENV_PATH", "/models/echo/env"), "echo/env/x": ""},
    ),
    Fault(
        "invalid-reshape", INVALID, config("dims: [ 1 ]", "dims: [ 1 ] reshape { shape: [ 2 ] }")
    ),
    Fault("invalid-kind-with-gpus", INVALID, config("KIND_CPU", "KIND_MODEL gpus: [ 0 ]")),
    Fault("ensemble-no-such-input", INVALID, ensemble("echo", "INN")),
    Fault("ensemble-no-such-model", INVALID, ensemble("nobody")),
    Fault("ensemble-of-itself", INVALID, ensemble("all")),
    Fault(
        "batch-size",
        INVALID,
        {
            "gemma/config.pbtxt": 'backend: "vllm"\nmax_batch_size: 256\n',
            "gemma/1/model.json": "{}",
        },
    ),
    # ---- the model's own code
    Fault("code-own-exception", CODE, initialize("raise type('Oops', (Exception,), {})('x')")),
    Fault("code-assert", CODE, initialize("assert False")),
    Fault("code-exits", CODE, initialize("__import__('os')._exit(1)")),
    Fault("code-fault", CODE, initialize("__import__('os').abort()")),
    Fault("code-completes-nothing", CODE, code(_COMPLETE + "return None\n")),
    Fault("code-completes-wrongly", CODE, code(_COMPLETE + "config.nothing()\n")),
    Fault("code-no-arguments", CODE, code(MODEL + "    def initialize(self):\n        pass\n")),
    # ---- around it
    Fault("shm-small", SHM, options=("--shm-size", "64k")),
    Fault(
        "shm-instances",
        SHM,
        config("kind: KIND_CPU", "count: 8 kind: KIND_CPU"),
        options=("--shm-size", "4m"),
    ),
    Fault(
        "denied-cache",
        ("host/not-writable",),
        initialize("open('/root/.cache/x', 'w')"),
        options=("--user", "1000"),
    ),
    Fault("told-to-stop", ("launch/exits-after-ready",), stopped=True),
    Fault("port-metrics", ("port/in-use",), flags=("--metrics-port=8001",)),
)
