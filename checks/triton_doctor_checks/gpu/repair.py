"""Repairs for what a log showed of the GPU's memory, with the log's own figures. Pure."""

from __future__ import annotations

from math import floor

from triton_doctor.api import ASK, Context, Found, Plan, plan
from triton_doctor_checks.engine.settings import Settings, settings_of_run
from triton_doctor_checks.gpu.images import suited
from triton_doctor_checks.gpu.plans import again

SHARE = "gpu_memory_utilization"
_OTHER_IMAGE = ("gpu/driver-too-old", "gpu/capability-too-low", "gpu/capability-too-new")
_LEAST = 0.1  # a smaller share holds no model that anybody would serve
_DEFAULT = 0.9
_STEP = 0.1


def repair(context: Context, seen: Found) -> Plan | None:
    """What would mend it; None where that is not clear."""
    if seen.problem in _OTHER_IMAGE and seen.case != "bfloat16":
        return suited(context, ASK)
    if seen.problem == "gpu/lost-in-container":
        return again(seen.where)
    file = settings_of_run(context, seen)
    if file is None:
        return None
    if seen.problem == "gpu/busy":
        try:
            free, total = (float(str(seen.values[name])) for name in ("free", "total"))
        except (KeyError, ValueError):
            return None
        return smaller_share(file, free, total)
    if seen.problem == "gpu/out-of-memory":
        return _less(file)
    return _half(file) if seen.problem == "gpu/capability-too-low" else None


def smaller_share(file: Settings, free: float, total: float) -> Plan | None:
    """The largest share that is free, in hundredths and one less, since other programs move."""
    share = floor(100 * free / total - 1) / 100 if total else 0.0
    share = share if share != file.value(SHARE) else 0.0
    step = file.put(SHARE, share) if share >= _LEAST else None
    return plan("share", ASK, step, path=file.path, value=share) if step else None


def _less(file: Settings) -> Plan | None:
    """A tenth of the card less for vLLM: what it runs out of lies outside the share it keeps."""
    now = file.value(SHARE)
    now = float(now) if isinstance(now, int | float) else _DEFAULT
    less = round(now - _STEP, 2)
    step = file.put(SHARE, less) if less >= _LEAST else None
    return plan("less", ASK, step, path=file.path, value=less) if step else None


def _half(file: Settings) -> Plan | None:
    """float16, which GPUs before bfloat16 compute with; not where another type was chosen."""
    if file.value("dtype") not in (None, "auto", "bfloat16"):
        return None
    step = file.put("dtype", "half")
    return plan("half", ASK, step, path=file.path) if step else None
