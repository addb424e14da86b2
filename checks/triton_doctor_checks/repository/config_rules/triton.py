"""All that Triton's server validates in a config.pbtxt that it could parse. Pure."""

from __future__ import annotations

from triton_doctor.api import Record, Severity
from triton_doctor.probes.repository import Model
from triton_doctor_checks.repository.config_rules.backends import (
    ENSEMBLE,
    PYTHON,
    VLLM,
    Settled,
    pairing,
)
from triton_doctor_checks.repository.config_rules.batching import batching, caching, metrics
from triton_doctor_checks.repository.config_rules.complaint import (
    Change,
    Complaint,
    Complaints,
    block,
    blocks,
    entries,
    number,
    numbers,
    text,
    truth,
)
from triton_doctor_checks.repository.config_rules.ensemble import ensemble
from triton_doctor_checks.repository.config_rules.groups import instance_groups
from triton_doctor_checks.repository.config_rules.tensors import LACKING, batch_tensors, tensors
from triton_doctor_checks.repository.config_rules.versions_served import version_policy
from triton_doctor_checks.repository.text_format import Message

_SCHEDULING = {"dynamic_batching", "sequence_batching"}
_TENSORS = {"input", "output", "batch_input", "batch_output"}
_DATA = ("zero_data", "random_data", "input_data_file")


class Scene(Record, frozen=True):
    """What is judged. visible: how many GPUs the container is given, None where unknown.

    added: names of inputs and outputs that the backend adds by itself.
    """

    config: Message
    model: Model
    now: Settled
    visible: int | None = None
    added: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def triton(scene: Scene) -> Complaints:
    """In about the order in which the server would come to it."""
    config, name, now = scene.config, scene.model.name, scene.now
    there = {field.name for field in config.fields}
    yield from pairing(config, now, name)
    yield from _batch_size(config)
    if "version_policy" in there:
        yield from version_policy(config, name, tuple(scene.model.numbers))
    if there & _SCHEDULING:
        yield from batching(config, name)
    yield from ensemble(config, name, now.platform)
    if "response_cache" in there:
        yield from caching(config, name, now.backend == VLLM or _decoupled(config))
    if "model_metrics" in there:
        yield from metrics(config)
    if "instance_group" in there:
        yield from instance_groups(config, name, now.platform, scene.visible)
    if there & _TENSORS:
        yield from _tensors(scene)
        yield from _labels(scene)
    if "model_warmup" in there:
        yield from _warmup(config)


def _decoupled(config: Message) -> bool:
    policy = block(config, "model_transaction_policy")
    return policy is not None and truth(policy, "decoupled")


def _batch_size(config: Message) -> Complaints:
    if number(config, "max_batch_size") < 0:
        field = config.get("max_batch_size")
        change = Change("batch-size", field, "0")
        error = "'max_batch_size' must be non-negative value"
        yield Complaint(error, field, "negative", change=change)


def _tensors(scene: Scene) -> Complaints:
    """Other backends than vLLM may complete what a tensor lacks, from model.py or the weights."""
    sure = scene.now.backend == VLLM or scene.now.platform == ENSEMBLE
    for one in tensors(scene.config, scene.now.platform):
        lacks = one.error.endswith(LACKING)
        yield one if sure or not lacks else _milder(one)
    if sure or scene.now.backend == PYTHON:
        yield from batch_tensors(scene.config, scene.added)


def _milder(one: Complaint) -> Complaint:
    return Complaint(one.error, one.place, one.case, Severity.WARNING)


def _labels(scene: Scene) -> Complaints:
    """Files of labels that an output names: they are read from the model's folder."""
    for _, output in blocks(scene.config, "output"):
        name = text(output, "label_filename")
        if name and "/" not in name and not scene.model.folder.find(name):
            error = f"failed to open text file for read {name}: No such file or directory"
            yield Complaint(error, output.get("label_filename"))


def _warmup(config: Message) -> Complaints:
    """Samples that the server runs through the model before it is ready."""
    most = max(1, number(config, "max_batch_size"))
    for field, sample in blocks(config, "model_warmup"):
        name = sample.get("name")
        size = int(number(sample, "batch_size"))
        error = ""
        if size > most:
            error = f"failed to run warmup sample '{name.value if name else ''}': batch size {size}"
        for key, one in entries(sample, "inputs").items():
            value = one.value if isinstance(one.value, Message) else Message("", ())
            if size and any(size < 0 for _, size in numbers(value, "dims")):
                needs = "warmup setting expects all variable-size dimensions are specified"
                error = error or f"{needs} for input '{key}'"
            elif size and not any(value.get(kind) for kind in _DATA):
                needs = f"warmup setting expects input '{key}' to have input_data_type set"
                error = error or needs
        if error:
            yield Complaint(error, field)
