"""A model as records: what of its config.json decides how much memory it takes."""

from __future__ import annotations

from triton_doctor.fitting.layers import Layers
from triton_doctor.fitting.quantized import Quantized
from triton_doctor.record import Record


class Latent(Record, frozen=True):
    """Multi-head latent attention: rank and rope are what the cache keeps of a token, a layer.

    query: rank of the compressed query (0: it is not compressed); nope, value: of one head;
    index_heads, index_width: of the part that picks tokens in sparse attention (DeepSeek V3.2).
    """

    rank: int
    rope: int
    query: int = 0
    nope: int = 0
    value: int = 0
    index_heads: int = 0
    index_width: int = 0


class State(Record, frozen=True):
    """What a layer with a state keeps of each request, in elements over all GPUs.

    short: of the convolution; long: of the recurrence, kept in 4 bytes; parameters: of the layer's
    own projections.
    """

    short: int
    long: int
    parameters: int


class Experts(Record, frozen=True):
    """count: in each layer that has them; width: of one; used: for each token; shared: width of
    the part that always works; dense: how many layers have none."""

    count: int
    width: int
    used: int
    shared: int = 0
    dense: int = 0


class Model(Record, frozen=True):
    """kind: model_type; length: the longest context that vLLM takes by itself, 0 = not told;
    width, value_width: of a head; ungated: two matrices in the feed-forward part, not three;
    bytes: of an element once it is loaded with dtype "auto"; vision: parameters of a part for
    images or sound, a guess; ahead: layers that only guess further tokens, which are not loaded;
    extra: parameters of tables a layer; unread: what could not be told, by name.
    """

    kind: str = ""
    name: str = ""
    hidden: int = 0
    vocabulary: int = 0
    heads: int = 0
    kv_heads: int = 0
    width: int = 0
    value_width: int = 0
    intermediate: int = 0
    layers: tuple[Layers, ...] = ()
    length: int = 0
    tied: bool = False
    ungated: bool = False
    bytes: int = 2
    latent: Latent | None = None
    state: State | None = None
    experts: Experts | None = None
    quantized: Quantized | None = None
    vision: int = 0
    multimodal: bool = False
    ahead: int = 0
    extra: int = 0
    unread: tuple[str, ...] = ()

    @property
    def depth(self) -> int:
        return sum(one.count for one in self.layers)

    @property
    def attending(self) -> int:
        """Layers with attention of any kind."""
        return sum(one.count for one in self.layers if one.kind != "state")
