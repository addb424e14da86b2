"""Dynamic and sequence batching, the response cache and metrics, as ValidateModelConfig sees them.

Source: src/model_config_utils.cc of triton-inference-server/core, in its order and its words.
"""

from __future__ import annotations

from triton_doctor_checks.repository.config_rules.complaint import (
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
from triton_doctor_checks.repository.text_format import Field, Message

CACHE = "Response Cache does not currently support model"


def batching(config: Message, model: str) -> Complaints:
    """All of the scheduling choice but an ensemble's."""
    dynamic, sequence = config.get("dynamic_batching"), config.get("sequence_batching")
    most = int(number(config, "max_batch_size"))
    if dynamic is not None and isinstance(dynamic.value, Message):
        yield from _sizes(dynamic.value, "dynamic batching preferred size", "max batch size", most)
        error = _priorities(dynamic.value) or _ordering(dynamic.value)
        if error:
            yield Complaint(error, dynamic, "batching")
    if sequence is not None and isinstance(sequence.value, Message):
        yield from _sequence(config, sequence, model, most)


def caching(config: Message, model: str, decoupled: bool) -> Complaints:
    """decoupled: whether the model will be, by its file or by what its backend sets."""
    cache = config.get("response_cache")
    if cache is not None and decoupled and truth(_whole(cache), "enable"):
        error = f"{CACHE} {model} with 'decoupled' transaction policy"
        yield Complaint(f"{error}. Please disable the response cache.", cache, "response-cache")


def metrics(config: Message) -> Complaints:
    """model_metrics, known since 2.54 or so: each needs a family and its histogram's buckets."""
    for field, control in blocks(block(config, "model_metrics") or config, "metric_control"):
        identifier, options = (
            block(control, "metric_identifier"),
            block(control, "histogram_options"),
        )
        error = ""
        if identifier is None:
            error = "metric control must specify 'metric_identifier'"
        elif not text(identifier, "family"):
            error = "metric identifier must specify non-empty 'family'"
        elif options is None:
            error = "metric control must specify 'histogram_options'"
        elif not options.all("buckets"):
            error = "histogram options must specify non-empty 'buckets'"
        if error:
            yield Complaint(error, field)


def _whole(field: Field) -> Message:
    return field.value if isinstance(field.value, Message) else Message("", ())


def _sizes(one: Message, what: str, limit: str, most: int) -> Complaints:
    for field, size in numbers(one, "preferred_batch_size"):
        if size <= 0:
            yield Complaint(f"{what} must be positive", field, "batching")
            return
        if size > most:
            yield Complaint(f"{what} must be <= {limit}", field, "batching")
            return


def _priorities(dynamic: Message) -> str:
    levels = int(number(dynamic, "priority_levels"))
    if levels == 0:
        return ""
    if not 1 <= number(dynamic, "default_priority_level") <= levels:
        return f"default priority level must be in range [1, {levels}]"
    for key in entries(dynamic, "priority_queue_policy"):
        if not 1 <= int(key or 0) <= levels:
            return f"priority queue policy must have priority level in range [1, {levels}]"
    return ""


def _ordering(dynamic: Message) -> str:
    if not truth(dynamic, "preserve_ordering"):
        return ""
    if number(dynamic, "priority_levels") > 1:
        return "Only one priority level is allowed when 'preserve_ordering' is true"
    policies = [_whole(one) for one in entries(dynamic, "priority_queue_policy").values()]
    default = block(dynamic, "default_queue_policy")
    for policy in [default, *policies] if default else policies:
        late = text(policy, "timeout_action") == "DELAY"
        if late and number(policy, "default_timeout_microseconds"):
            words = "Queue policy can not have DELAY as timeout action"
            return f"{words} when 'preserve_ordering' is true"
    return ""


def _sequence(config: Message, field: Field, model: str, most: int) -> Complaints:
    from triton_doctor_checks.repository.config_rules.sequences import controls

    one = _whole(field)
    cache = config.get("response_cache")
    if cache is not None and truth(_whole(cache), "enable"):
        error = f"{CACHE} {model} with sequence batching scheduler"
        yield Complaint(f"{error}. Please disable the response cache.", cache, "response-cache")
    error = controls(one)
    if error:
        yield Complaint(error, field, "batching")
    oldest, direct = block(one, "oldest"), block(one, "direct")
    if oldest is not None:
        what = "sequence batching preferred batch size"
        yield from _sizes(oldest, what, "max batch size", most)
    if direct is not None and not 0 <= number(direct, "minimum_slot_utilization") <= 1:
        error = "sequence batching minimum slot utilization must be in range (0.0, 1.0]"
        yield Complaint(error, direct.get("minimum_slot_utilization"), "batching")
