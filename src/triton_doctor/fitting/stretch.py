"""The longest context that a model has by its own config, as vLLM derives it."""

from __future__ import annotations

from triton_doctor.fitting.reading import Config

_KEYS = (
    "max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "model_max_length",
    "max_target_positions", "max_sequence_length", "max_seq_length", "seq_len", "n_ctx",
)  # fmt: skip
# Their max_position_embeddings is the stretched one already.
_WITHIN = ("su", "longrope", "llama3", "mrope", "default")


def length(inner: Config, kind: str) -> int:
    """Tokens; 0 where the config does not say. vLLM's `_get_and_verify_max_len`."""
    known = [value for key in _KEYS if (value := inner.whole(key))]
    if not known:
        return 0
    plain = min(known)
    scaling = inner.inner("rope_scaling", "rope_parameters")
    how = scaling.text("rope_type", "type")
    factor = scaling.number("factor")
    if not factor or how in _WITHIN or kind.startswith("gemma3"):
        return plain
    original = scaling.whole("original_max_position_embeddings")
    return int((original if original and how == "yarn" else plain) * factor)
