"""What vLLM needs beside weights and cache: activations, CUDA graphs, and what is not PyTorch's.

vLLM measures them at start with one step of dummy requests. The peak is the largest of three
moments, each of which was found again in public logs and in runs on H100 (docs/decisions):

- the feed-forward part of one layer, over all tokens of the step;
- the logits of all requests of the step, and the copies that sampling makes of them;
- compiling: a copy of the table of the vocabulary (seen with 0.22.1 on one GPU).
"""

from __future__ import annotations

from triton_doctor.fitting.amount import Amount
from triton_doctor.fitting.engine import Engine
from triton_doctor.fitting.shape import Model

GIB = 2**30
# Bytes for each logit while sampling: sorted with their places up to 0.15, in place after that.
_SORTED, _IN_PLACE, _LOGITS_ALONE = 36, 16, 2
_BASE = int(0.27 * GIB)  # libraries' own workspaces, on one GPU
_CONTEXT = int(0.5 * GIB)  # CUDA's context, outside of what vLLM counts
_TALK = int(0.3 * GIB)  # buffers between GPUs
_MEDIA = int(0.8 * GIB)  # the largest image that a model takes, passed through its encoder once
_CAPTURED = 0.008 * GIB  # CUDA graphs of one layer, for the 35 sizes up to 256
_SIZES = 35


def activation(model: Model, engine: Engine) -> Amount:
    """The peak of PyTorch's memory above the weights."""
    running = max(_layer(model, engine), _sampling(model, engine))
    peak = max(running, _compiling(model, engine))
    media = Amount(_MEDIA, _MEDIA) if model.multimodal else Amount()
    # What was compiled by an earlier start is found again, and needs no copy. Over several GPUs
    # one start had none, and another one of each GPU's part.
    # A program by itself is started again and again; a container has no such files at first.
    unclear = (peak - running) // (1 if engine.starter == "program" else 3)
    if engine.tensor > 1 and engine.v1 and not engine.eager:
        unclear = model.vocabulary * model.hidden * engine.bytes // engine.tensor // 2
    return Amount(peak, int(0.1 * GIB) + running // 5 + unclear) + media


def elsewhere(engine: Engine) -> Amount:
    """Memory of libraries that vLLM counts, on one GPU."""
    several = engine.tensor * engine.pipeline > 1
    known = _BASE + (_TALK if several else 0)
    return Amount(known, int((0.08 if engine.v1 else 0.4) * GIB) + (_TALK if several else 0))


def context() -> Amount:
    """What CUDA takes of the card before vLLM looks how much is free."""
    return Amount(_CONTEXT, int(0.12 * GIB))


def graphs(model: Model, engine: Engine) -> Amount:
    """CUDA graphs; from 0.21 on they are part of the share, before that they come on top."""
    if engine.eager:
        return Amount()
    most = min(2 * engine.seqs, 512) if engine.v1 else min(engine.seqs, 256)
    largest = min(most, engine.batched)
    sizes = 3 + min(largest, 256) // 8 + max(0, largest - 256) // 16
    taken = int(model.depth * _CAPTURED * sizes / _SIZES)
    return Amount(taken, taken // 2 if engine.v1 else taken)


def _layer(model: Model, engine: Engine) -> int:
    """One layer over all tokens of a step: what goes in, both halves of the gate, the result."""
    around = 3 * model.hidden
    wide = (2 if model.ungated else 3) * model.intermediate / engine.tensor
    if model.experts:
        some = model.experts
        routed = some.used * (max(2 * some.width, model.hidden) + some.width) / engine.tensor
        wide = max(routed, 3 * some.shared / engine.tensor) + model.hidden
    attending = 2 * (model.heads + 2 * model.kv_heads) * model.width / engine.tensor
    return int(engine.batched * engine.bytes * (max(wide, attending) + around))


def _sampling(model: Model, engine: Engine) -> int:
    if not engine.v1:
        each = _SORTED
    elif engine.since(0, 8):
        each = _IN_PLACE if engine.since(0, 16) else _SORTED
    else:
        each = _LOGITS_ALONE
    return engine.seqs * model.vocabulary * each + engine.batched * model.hidden * engine.bytes


def _compiling(model: Model, engine: Engine) -> int:
    if engine.eager or engine.warm or not engine.v1 or engine.tensor > 1:
        return 0
    return model.vocabulary * model.hidden * engine.bytes
