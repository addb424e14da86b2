"""Repairs for what a log showed to have stopped vLLM, with the log's own figures. Pure."""

from __future__ import annotations

from collections.abc import Callable

from triton_doctor.api import ASK, SAFE, Applicability, Context, Found, Plan, Step, plan
from triton_doctor_checks.engine.settings import Settings, settings_of_run
from triton_doctor_checks.gpu.images import newest

# Where vLLM says only that the length is too large, half of what most guides set is a start.
_MODEST_LENGTH = 4096
_SHARE = "gpu_memory_utilization"
_FULL_SHARE = 0.9  # vLLM's own default; what is left is for CUDA and for other programs


def repair(context: Context, seen: Found) -> Plan | None:
    """What would mend it in model.json; None where that is not clear."""
    if seen.problem == "engine/unsupported-model":
        return newest(context, ASK) if seen.case != "layer" else None
    make = _MAKERS.get(seen.problem.rpartition("/")[2])
    if make is None:
        return None
    file = settings_of_run(context, seen)
    return make(file, seen) if file else None


def _shorter(file: Settings, seen: Found) -> Plan | None:
    fits = _whole(seen, "fits")
    if fits:
        return _put(file, "length", SAFE, "max_model_len", fits)
    asked = file.value("max_model_len")
    if isinstance(asked, int) and asked <= _MODEST_LENGTH:
        return None
    return _put(file, "length", ASK, "max_model_len", _MODEST_LENGTH)


def _within_limit(file: Settings, seen: Found) -> Plan | None:
    limit = _whole(seen, "limit")
    return _put(file, "length", SAFE, "max_model_len", limit) if limit else None


def _larger_share(file: Settings, _seen: Found) -> Plan | None:
    share = file.value(_SHARE)
    if not isinstance(share, float) or share >= _FULL_SHARE:
        return None
    return _put(file, "share", ASK, _SHARE, _FULL_SHARE)


def _trusted(file: Settings, _seen: Found) -> Plan | None:
    return _put(file, "trust", ASK, "trust_remote_code", True)


def _own_form(file: Settings, _seen: Found) -> Plan | None:
    step = file.drop("quantization")
    return _planned("own-form", SAFE, step, file)


def _whole(seen: Found, name: str) -> int:
    """A number that the log told, `14,208` too; 0 where it told none."""
    digits = str(seen.values.get(name, "")).replace(",", "")
    return int(digits) if digits.isdecimal() else 0


def _put(
    file: Settings, name: str, how: Applicability, argument: str, value: float | bool
) -> Plan | None:
    if file.value(argument) == value:
        return None  # it is so already, and that did not help
    return _planned(name, how, file.put(argument, value), file, value)


def _planned(
    name: str, how: Applicability, step: Step | None, file: Settings, value: object = ""
) -> Plan | None:
    return plan(name, how, step, path=file.path, value=value) if step else None


_MAKERS: dict[str, Callable[[Settings, Found], Plan | None]] = {
    "context-too-long": _shorter,
    "context-over-limit": _within_limit,
    "no-cache-memory": _larger_share,
    "remote-code-refused": _trusted,
    "quantization-mismatch": _own_form,
}
