"""How many parameters a model has, counted from its config.json.

Norms and biases are left out: together they are below a thousandth.
"""

from __future__ import annotations

from triton_doctor.fitting.shape import Latent, Model
from triton_doctor.record import Record

_ROUNDED = 64  # vLLM pads the vocabulary to a multiple of this


class Parameters(Record, frozen=True):
    """Parameters by how they are spread over GPUs.

    embedding, head: tables of the vocabulary (head 0: shared); layers: divided by tensor parallel;
    experts: of those, what is in experts; whole: in layers too, and kept on every GPU; keys: of
    the key and value projections; vision: of the part for images.
    """

    embedding: int
    head: int
    layers: int
    experts: int = 0
    whole: int = 0
    keys: int = 0
    vision: int = 0

    @property
    def total(self) -> int:
        return self.embedding + self.head + self.layers + self.whole + self.vision


def parameters(model: Model) -> Parameters:
    """What the config amounts to; only as good as the config is ordinary."""
    table = -(-model.vocabulary // _ROUNDED) * _ROUNDED * model.hidden
    attention, whole, keys = _attention(model)
    states = sum(one.count for one in model.layers if one.kind == "state")
    inside = states * (model.state.parameters if model.state else 0)
    plain, experts, routers = _feeding(model)
    return Parameters(
        embedding=table + model.extra,
        head=0 if model.tied else table,
        layers=model.attending * attention + inside + plain + experts,
        experts=experts,
        whole=model.attending * whole + routers,
        keys=model.attending * keys,
        vision=model.vision,
    )


def _attention(model: Model) -> tuple[int, int, int]:
    """Of one layer: what is divided, what every GPU keeps, and the keys and values of the first."""
    if model.latent:
        return _latent(model, model.latent)
    query = model.hidden * model.heads * model.width
    keys = model.hidden * model.kv_heads * (model.width + model.value_width)
    return query + keys + model.heads * model.value_width * model.hidden, 0, keys


def _latent(model: Model, latent: Latent) -> tuple[int, int, int]:
    """The projections down to the ranks are on every GPU, those up from them are divided."""
    down = model.hidden * (latent.rank + latent.rope)
    heads = model.heads * (latent.nope + latent.rope)
    if latent.query:
        down += model.hidden * latent.query
    up = (latent.query or model.hidden) * heads
    up += latent.rank * model.heads * (latent.nope + latent.value)
    up += model.heads * latent.value * model.hidden
    index = latent.index_heads * latent.index_width * latent.query
    index += model.hidden * (latent.index_width + latent.index_heads)
    return up, down + (index if latent.index_heads else 0), 0


def _feeding(model: Model) -> tuple[int, int, int]:
    """All feed-forward layers: plain ones (shared experts too), experts, and their routers."""
    matrices = 2 if model.ungated else 3
    some = model.experts
    dense = _dense(model)
    plain = dense * matrices * model.hidden * model.intermediate
    if some is None:
        return plain, 0, 0
    sparse = max(0, model.depth - some.dense)
    plain += sparse * matrices * model.hidden * some.shared
    experts = sparse * some.count * matrices * model.hidden * some.width
    return plain, experts, sparse * model.hidden * some.count


def _dense(model: Model) -> int:
    """Layers with a plain feed-forward part; a Mamba layer of a pure Mamba model has none."""
    if model.experts:
        return model.experts.dense
    return model.depth if model.attending else 0


def further(model: Model) -> int:
    """Parameters of layers that guess further tokens (DeepSeek's MTP): in the files, not loaded."""
    if not model.ahead:
        return 0
    counted = parameters(model)
    layer = (counted.layers + counted.whole) // max(model.depth, 1)
    if model.experts and model.depth > model.experts.dense:
        each = counted.experts // (model.depth - model.experts.dense)
        layer = each + (counted.layers + counted.whole - counted.experts) // model.depth
    return model.ahead * (layer + 2 * model.hidden**2 + 2 * model.vocabulary * model.hidden)
