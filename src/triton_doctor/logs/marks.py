"""Lines that tell where in its life a server is, or that something failed, whatever it was."""

from __future__ import annotations

from triton_doctor.record import Record


class Mark(Record, frozen=True):
    """kind: start, ready, load-failed, gave-up, told-to-stop, table, or failure.

    texts: lower-case, at least one of which stands in each such line. name: which of its kind.
    """

    kind: str
    name: str
    texts: tuple[str, ...]
    regex: str


# Words of a failure in any program's sentence; they stand in many lines of a sound log too.
SENTENCE = (
    *("error", "failed", "cannot ", "could not", "unable to", "denied", "not found", "invalid"),
    *("unknown flag", "no such", "killed", "mismatch", "unavailable", "doesn't sup", "not support"),
)

MARKS = (
    # ---- a server begins: the entrypoint's banner, Triton's first line, vLLM's own server
    Mark("start", "banner", ("== triton inference server ==",), r"^== Triton Inference Server =="),
    Mark(
        "start",
        "memory",
        ("pinned memory pool is created", "unable to allocate pinned system memory"),
        r"^(?:Pinned memory pool is created|Unable to allocate pinned system memory)",
    ),
    Mark("start", "vllm", ("vllm api server version",), r"vLLM API server version"),
    Mark("start", "vllm-logo", ("█ ▀▄▀ █",), r"█ ▀▄▀ █\s+version \d"),
    # ---- it serves
    Mark(
        "ready",
        "triton",
        ("started httpservice at", "started grpcinferenceservice at"),
        r"^Started (?:HTTPService|GRPCInferenceService) at",
    ),
    Mark("ready", "vllm", ("application startup complete",), r"Application startup complete"),
    Mark("ready", "uvicorn", ("uvicorn running on",), r"Uvicorn running on"),
    Mark(
        "ready",
        "engine",
        ("init engine (profile, create",),
        r"^init engine \(profile, create kv cache, warmup model\) took",
    ),
    # ---- a model failed
    Mark(
        "load-failed",
        "table",
        ("unavailable: ", "not loaded: "),
        r"^\|[^|]*\|[^|]*\| *(?:UNAVAILABLE|Not loaded): ",
    ),
    Mark("load-failed", "line", ("failed to load '",), r"^failed to load '"),
    Mark(
        "load-failed",
        "stub",
        ("initialize python stub",),
        r"^Failed to (?:pre)?initialize Python stub",
    ),
    Mark("load-failed", "poll", ("poll failed for model",), r"Poll failed for model"),
    Mark(
        "load-failed",
        "repository",
        ("failed to stat file", "repository path is not a valid"),
        r"^(?:Internal|Invalid argument): (?:failed to stat file|repository path is not)",
    ),
    # ---- it ends
    Mark("gave-up", "triton", ("error: creating server",), r"^error: creating server"),
    Mark("gave-up", "core", ("engine core initialization failed",), r"Engine core init"),
    Mark("gave-up", "process", ("engine process failed to start",), r"Engine process failed"),
    Mark("gave-up", "startup", ("application startup failed",), r"Application startup failed"),
    Mark("told-to-stop", "signal", ("signal (",), r"^(?:\^C)?Signal \((?:2|15)\) received"),
    # ---- something failed, whatever it was
    Mark(
        "failure",
        "exception",
        ("error: ", "exception: ", "exit: ", "interrupt", "notfound: ", "failure: "),
        r"^(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Exit|Interrupt|NotFound|Failure)(?:: |$)",
    ),
    Mark("failure", "python", ("traceback (most",), r"^Traceback \(most recent call last\)"),
    Mark(
        "failure",
        "fatal",
        ("fatal", "terminate called", "segmentation fault", "aborted", "core dumped", "panic:"),
        r"(?i)^(?:\w+: )?(?:fatal|terminate called|aborted(?! request)|panic:"
        r"|.*segmentation fault|.*core dumped)",
    ),
    Mark(
        "failure",
        "sentence",
        SENTENCE,
        r"(?i)\b(?:error|failed|cannot|could not|unable to|denied|not found|invalid|unknown flag"
        r"|no such|killed|mismatch|unavailable|does ?n.t support|not support(?:ed)?)\b",
    ),
)
