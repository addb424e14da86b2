"""What Triton's vLLM backend asks of config.pbtxt and the files beside model.json. Pure.

Source: src/model.py of triton-inference-server/vllm_backend, branches r23.10 to r26.01 and main.
"""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.api import Record, Severity
from triton_doctor_checks.repository.config_rules.complaint import (
    Change,
    Complaint,
    Complaints,
    block,
    blocks,
    entries,
    number,
    text,
    truth,
)
from triton_doctor_checks.repository.config_rules.groups import GPU, Group, groups
from triton_doctor_checks.repository.config_rules.vllm_tensors import TEXT_INPUT, Tag, mismatches
from triton_doctor_checks.repository.engine_settings import Settings
from triton_doctor_checks.repository.text_format import Field, Message

GROUP = "instance_group [{ count: 1 kind: KIND_MODEL }]\n"
SINGLE_GPU = (24, 6)
_AUTO_COMPLETES, _YES, _TRUE = (23, 11), (24, 8), (24, 12)
_METRICS, _HEALTH = "REPORT_CUSTOM_METRICS", "ENABLE_VLLM_HEALTH_CHECK"


class Backend(Record, frozen=True):
    """What the rules depend on. release: its number, () where it is not known.

    visible: how many GPUs the container is given, None where that is not known; explicit: whether
    models are loaded by name. settings: what the served versions' model.json say.
    """

    model: str
    release: Tag = ()
    visible: int | None = None
    explicit: bool = True
    settings: tuple[Settings, ...] = ()

    @property
    def parallel(self) -> int:
        """How many GPUs the engine asks for; from 26.01 on stages count as well."""
        stages = not self.release or self.release >= (26, 1)
        return max((one.parallel(stages) for one in self.settings), default=1)

    def before(self, tag: Tag) -> bool:
        return bool(self.release) and self.release < tag


def vllm(config: Message, backend: Backend) -> Complaints:
    """What the backend refuses or takes amiss."""
    if backend.before(_AUTO_COMPLETES):
        yield from _whole(config)
    yield from _batch_size(config)
    yield from _policy(config)
    yield from _groups(config, backend)
    yield from _parameters(config, backend)
    yield from _warmup(config)
    yield from mismatches(config)


def release_matters(config: Message, backend: Backend) -> bool:
    """Whether an unknown release leaves it open if the file is taken."""
    if backend.release or backend.parallel == 1:
        return False
    single = any(group.kind == GPU for group in groups(config, backend.model, backend.visible))
    lone = not config.all("instance_group") and backend.visible != 0
    return single or lone


def _batch_size(config: Message) -> Complaints:
    field, size = config.get("max_batch_size"), int(number(config, "max_batch_size"))
    if size > 0:
        change = Change("batch-size", field, "0")
        yield Complaint(f"max_batch_size {size}", field, "batch-size", change=change)


def _policy(config: Message) -> Complaints:
    field = config.get("model_transaction_policy")
    policy = block(config, "model_transaction_policy")
    if policy is None or truth(policy, "decoupled"):
        return
    value = policy.get("decoupled")
    change = Change("decoupled", value, "true") if value is not None else None
    yield Complaint("decoupled: false", value or field, "decoupled", change=change)


def _groups(config: Message, backend: Backend) -> Complaints:
    found = groups(config, backend.model, backend.visible)
    if not found and backend.visible != 0:
        yield from _no_group(backend)
    single = [group for group in found if group.kind == GPU]
    if single and backend.parallel > 1 and backend.release >= SINGLE_GPU:
        yield _several_gpus(single[0], backend.parallel)
    engines = [_engines(group, backend.visible) for group in found]
    if sum(engines) > 1:
        place = _widest(found)
        yield Complaint(str(sum(engines)), place, "several-engines", Severity.WARNING)


def _no_group(backend: Backend) -> Complaints:
    change = Change("instance-group", None, GROUP)
    if backend.parallel > 1:
        if backend.release >= SINGLE_GPU:
            yield Complaint(str(backend.parallel), None, "no-group", change=change)
    elif backend.visible is not None and backend.visible > 1:
        count = str(backend.visible)
        yield Complaint(count, None, "engine-each-gpu", Severity.WARNING, change)


def _several_gpus(group: Group, parallel: int) -> Complaint:
    kind = group.message.get("kind")
    change = Change("kind", kind, "KIND_MODEL") if kind and not group.devices else None
    return Complaint(str(parallel), kind or group.field, "single-gpu", change=change)


def _engines(group: Group, visible: int | None) -> int:
    """How many engines a group starts, at the least."""
    devices = len(set(group.devices)) or (visible or 1)
    return group.count * (devices if group.kind == GPU else 1)


def _widest(found: list[Group]) -> Field:
    many = next((one for one in found if one.count > 1), None)
    return (many.message.get("count") or many.field) if many else found[-1].field


def _parameters(config: Message, backend: Backend) -> Complaints:
    given = entries(config, "parameters")
    metrics, health = given.get(_METRICS), given.get(_HEALTH)
    if metrics is not None:
        yield from _metrics(metrics, backend)
    if health is not None and _value(health).lower() == "true" and not backend.explicit:
        yield Complaint(_HEALTH, health, "health-check", Severity.WARNING)


def _metrics(field: Field, backend: Backend) -> Complaints:
    value = _value(field)
    wished = value.lower() in ("yes", "true", "1", "on")
    if backend.before(_TRUE):
        taken = value == "yes" and not backend.before(_YES)
    else:
        taken = value.lower() == "true"
    if wished and backend.release and not taken:
        yield Complaint(f'{_METRICS} "{value}"', field, "metrics-value", Severity.WARNING)
    elif taken and any(one.truth("disable_log_stats") for one in backend.settings):
        yield Complaint(_METRICS, field, "metrics-off", Severity.WARNING)


def _value(field: Field) -> str:
    return text(field.value, "string_value") if isinstance(field.value, Message) else ""


def _warmup(config: Message) -> Complaints:
    for field, sample in blocks(config, "model_warmup"):
        if number(sample, "batch_size") and TEXT_INPUT not in entries(sample, "inputs"):
            yield Complaint(f"missing required input(s) ['{TEXT_INPUT}']", field)


def _whole(config: Message) -> Iterator[Complaint]:
    """23.10 completes nothing: without these the model fails at its load."""
    policy = block(config, "model_transaction_policy")
    names = {text(one, "name") for kind in ("input", "output") for _, one in blocks(config, kind)}
    lacking = [name for name in (TEXT_INPUT, "stream", "text_output") if name not in names]
    if policy is None:
        lacking.append("model_transaction_policy")
    if lacking:
        yield Complaint(", ".join(lacking), None, "not-completed")
