"""`docker inspect` cut to what a helper needs: a key that nobody named here is not carried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from triton_doctor.redact.known import SECRET_NAME, secret_values

_FLAG = re.compile(r"--?[\w-]*(?:token|api[_-]?key|secret|password|passwd)", re.IGNORECASE)
_ENV = re.compile(
    r"(?:NVIDIA_|CUDA_|VLLM_|NCCL_|TRITON_|TORCH_|PYTORCH_|TRANSFORMERS_|HF_HUB_)\w*"
    r"|PATH|LD_LIBRARY_PATH|LD_PRELOAD|HF_HOME|OMP_NUM_THREADS|PYTHONPATH"
)
# Keys of `docker inspect` that are carried; a mapping names those below, True takes it whole.
_KEYS: Mapping[str, Any] = {
    **dict.fromkeys(("Id", "Name", "Created", "Image", "Path", "Args", "RestartCount"), True),
    **dict.fromkeys(("Platform", "Driver"), True),
    "State": {
        **dict.fromkeys(("Status", "Running", "Paused", "Restarting", "OOMKilled", "Dead"), True),
        **dict.fromkeys(("ExitCode", "Error", "StartedAt", "FinishedAt"), True),
    },
    "HostConfig": {
        **dict.fromkeys(("NetworkMode", "PortBindings", "RestartPolicy", "AutoRemove"), True),
        **dict.fromkeys(
            ("ShmSize", "Memory", "MemorySwap", "NanoCpus", "IpcMode", "PidMode"), True
        ),
        **dict.fromkeys(("Runtime", "Privileged", "ReadonlyRootfs", "DeviceRequests"), True),
        **dict.fromkeys(("Ulimits", "Binds", "UsernsMode"), True),
        "LogConfig": {"Type": True},
    },
    "Mounts": dict.fromkeys(("Type", "Name", "Source", "Destination", "Mode", "RW"), True),
    "Config": dict.fromkeys(
        ("Image", "Cmd", "Entrypoint", "User", "WorkingDir", "ExposedPorts", "Tty", "StopSignal"),
        True,
    ),
    "NetworkSettings": {"Ports": True},
}


def cut_to(known: Mapping[str, Any]) -> dict[str, Any]:
    """What is carried of `docker inspect`; of variables and labels the names, and few values."""
    kept = dict(_cut(known, _KEYS))
    config = known.get("Config") or {}
    kept.setdefault("Config", {})["Env"] = [_variable(str(one)) for one in config.get("Env") or ()]
    kept["Config"]["Labels"] = f"{len(config.get('Labels') or {})} labels, not carried"
    return kept


def _cut(known: Any, keys: Any) -> Any:
    if keys is True:
        return known
    if isinstance(known, list):
        return [_cut(one, keys) for one in known]
    if not isinstance(known, Mapping):
        return None
    return {key: _cut(known[key], below) for key, below in keys.items() if key in known}


def _variable(text: str) -> str:
    name, sign, value = text.partition("=")
    if not sign or (_ENV.fullmatch(name) and not SECRET_NAME.search(name)):
        return text
    return f"{name}=" + ("(not carried)" if value else "")


def secrets_of(known: Mapping[str, Any]) -> Iterator[str]:
    """Values of variables and labels that are secrets by their names, and of flags."""
    config = known.get("Config") or {}
    pairs = [str(one).partition("=") for one in config.get("Env") or ()]
    yield from secret_values((name, value) for name, _, value in pairs)
    labels = config.get("Labels") or {}
    yield from secret_values((str(name), str(value)) for name, value in labels.items())
    words = [str(one) for one in (*(known.get("Args") or ()), *(config.get("Cmd") or ()))]
    for flag, value in zip(words, [*words[1:], ""], strict=True):
        name, sign, given = flag.partition("=")
        if _FLAG.fullmatch(name):
            yield given if sign else value
