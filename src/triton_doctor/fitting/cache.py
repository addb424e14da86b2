"""The KV cache of one GPU: bytes of a token, blocks, and requests, as vLLM's managers count them.

V1: `v1/kv_cache_interface.py` and `v1/core/kv_cache_utils.py`. Layers that keep the same are put
into groups of equal size; all groups share one pool of blocks, so that a block of any group takes
as much. Layers with a state bring the block of the others to the size of a state.
"""

from __future__ import annotations

from math import ceil

from triton_doctor.fitting.engine import Engine
from triton_doctor.fitting.layers import Kind, Layers
from triton_doctor.fitting.shape import Model
from triton_doctor.record import Record

_SPARSE_TOKEN = 656  # bytes of a token in a layer of sparse attention with an 8-bit cache
_INDEX_SCALE = 4  # bytes of scale beside the index of a token


class Group(Record, frozen=True):
    """Layers that share their table of blocks."""

    kind: Kind
    window: int = 0


class Cache(Record, frozen=True):
    """token: bytes of a token in all layers that keep each of them, on one GPU; block: tokens of
    one; page: bytes of one block of one group; groups: see above; a_state: blocks of a request in
    each group of state layers.
    """

    token: int
    block: int
    page: int
    groups: tuple[Group, ...]
    a_state: int = 1
    steps: int = 0

    def blocks(self, length: int) -> int:
        """Blocks that one request of so many tokens holds at most."""
        return sum(self._held(one, length) for one in self.groups)

    def need(self, length: int) -> int:
        """Bytes for one request of this length."""
        return self.blocks(length) * self.page

    def _held(self, group: Group, length: int) -> int:
        if group.kind == "state":
            return self.a_state
        every = ceil(length / self.block)
        if group.kind == "full" or not group.window:
            return every
        if group.kind == "chunk":
            return ceil(min(group.window + self.steps, length) / self.block)
        return ceil(min(group.window - 1 + self.steps, length) / self.block) + 1


def cache(model: Model, engine: Engine) -> Cache:
    """How a model's cache is laid out on one GPU."""
    each = token_bytes(model, engine)
    stage = _stage(model.layers, engine)
    if not engine.hybrid and len(stage) > 1:
        stage = _all_full(stage)
    attending = sum(one.count for one in stage if one.kind != "state")
    state = _state_bytes(model, engine) if any(one.kind == "state" for one in stage) else 0
    block = engine.block
    if state and each:
        block = ceil(state / each / 16) * 16 if state > each * block else block
    size, groups = _grouped(stage)
    page = (each * block if each else state) * size
    return Cache(
        token=each * attending,
        block=block,
        page=max(page, 1),
        groups=groups,
        a_state=2 if engine.align and attending else 1,
        steps=engine.batched,
    )


def token_bytes(model: Model, engine: Engine) -> int:
    """Bytes of one token in one layer of attention, on one GPU."""
    if model.latent:
        if model.latent.index_width:
            return _sparse(model, engine)
        return round((model.latent.rank + model.latent.rope) * engine.cache_bytes)
    if not model.kv_heads:
        return 0
    heads = max(1, model.kv_heads // engine.tensor)
    return round(heads * (model.width + model.value_width) * engine.cache_bytes)


def _sparse(model: Model, engine: Engine) -> int:
    """The latent part, and the index by which tokens are picked, always in 8 bits with a scale."""
    latent = model.latent
    assert latent is not None  # noqa: S101 - the caller looked
    main = (latent.rank + latent.rope) * engine.cache_bytes
    main = _SPARSE_TOKEN if engine.cache_bytes == 1 else main
    return round(main) + latent.index_width + _INDEX_SCALE


def _stage(every: tuple[Layers, ...], engine: Engine) -> tuple[Layers, ...]:
    """The layers of the longest stage of a pipeline, of each kind its part."""
    return tuple(Layers(one.kind, ceil(one.count / engine.pipeline), one.window) for one in every)


def _all_full(every: tuple[Layers, ...]) -> tuple[Layers, ...]:
    """Without the hybrid manager layers with a window keep every token too."""
    full = sum(one.count for one in every if one.kind != "state")
    states = tuple(one for one in every if one.kind == "state")
    return (Layers("full", full), *states) if full else states


def _grouped(stage: tuple[Layers, ...]) -> tuple[int, tuple[Group, ...]]:
    """How many layers a group has, and the groups, as vLLM forms them."""
    counts = [one.count for one in stage if one.count]
    if not counts:
        return 1, ()
    least, most = min(counts), max(counts)
    size = most if most < 1.5 * least else least
    groups = [Group(one.kind, one.window) for one in stage for _ in range(ceil(one.count / size))]
    return size, tuple(groups)


def _state_bytes(model: Model, engine: Engine) -> int:
    """Of one layer with a state, for one request on one GPU; the recurrence is kept in 4 bytes."""
    if model.state is None:
        return 0
    return (model.state.short * engine.bytes + model.state.long * 4) // engine.tensor
