"""Which backend Triton takes for a model, from its config.pbtxt, its files and its folder's name.

Source: AutoCompleteBackendFields and ValidateModelConfig of src/model_config_utils.cc in
triton-inference-server/core.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache

from triton_doctor.api import Record
from triton_doctor.probes.repository import Model
from triton_doctor_checks.repository.config_rules.complaint import Complaint, Complaints, text
from triton_doctor_checks.repository.text_format import Message

VLLM, PYTHON, ENSEMBLE = "vllm", "python", "ensemble"
# file in the version folder -> backend, platform that goes with it, whether it is a folder (None:
# either). In Triton's order.
_FILES = (
    ("model.savedmodel", "tensorflow", "tensorflow_savedmodel", True),
    ("model.graphdef", "tensorflow", "tensorflow_graphdef", False),
    ("model.plan", "tensorrt", "tensorrt_plan", False),
    ("model.onnx", "onnxruntime", "onnxruntime_onnx", None),
    ("model.xml", "openvino", "", None),
    ("model.pt", "pytorch", "pytorch_libtorch", None),
    ("model.py", "python", "", None),
)
_PLATFORMS = {platform: backend for _, backend, platform, _ in _FILES if platform}
_PAIRED = set(_PLATFORMS.values())
# All that NVIDIA's images and its own repositories have.
REAL = (
    *("vllm", "python", "tensorrt", "onnxruntime", "openvino", "pytorch", "tensorflow", "dali"),
    *("fil", "tensorrtllm", "identity", "repeat", "square", "armnn_tflite", "hugectr", "hps"),
)
IN_VLLM_IMAGE = (VLLM, PYTHON)


class Settled(Record, frozen=True):
    """backend and platform after Triton has filled them in; error: why it could not."""

    backend: str
    platform: str
    error: str = ""


def settled(config: Message, model: Model) -> Settled:
    """The backend that the server will look for."""
    backend, platform = text(config, "backend"), text(config, "platform")
    filename = text(config, "default_model_filename")
    if not backend and platform:
        return Settled(_PLATFORMS.get(platform, ""), platform)
    if backend in _PAIRED:
        return Settled(backend, platform or _told(model, filename, backend))
    if backend:
        return Settled(backend, platform)
    name, found, of = _by_file(model, filename)
    if name:
        return Settled(found, of)
    if filename:
        return Settled("", "")
    _, dot, after = model.name.partition(".")
    if dot:
        return Settled(after, "")
    error = f"Could not determine backend for model '{model.name}'"
    return Settled("", "", f"Invalid model name: {error} with no backend in model configuration")


def pairing(config: Message, now: Settled, model: str) -> Complaints:
    """Platform and backend that do not go together."""
    place = config.get("platform") or config.get("backend")
    if now.platform == ENSEMBLE and now.backend:
        error = f"Ensemble model '{model}' must have platform type 'ensemble'"
        yield Complaint(f"{error} and empty backend type", place)
    elif now.backend in _PAIRED and _PLATFORMS.get(now.platform) != now.backend:
        error = f"unexpected 'platform' and 'backend' pair, got:{now.platform}, {now.backend}"
        yield Complaint(error, place)


def inferred(model: Model) -> bool:
    """Whether Triton needs no config.pbtxt: a file tells the backend, or a folder `m.backend`."""
    return not settled(Message("ModelConfig", ()), model).error


def brought(model: Model, backend: str) -> bool:
    """Whether the backend's library lies beside the model, where Triton looks first."""
    library = f"libtriton_{backend}.so"
    return any(one.find(library) for one in (model.folder, *model.folders))


@lru_cache(maxsize=64)
def meant_by(name: str) -> str | None:
    """vllm or python, where nothing else can be meant."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    plain = plain.removesuffix("backend")
    near = get_close_matches(plain, (VLLM, PYTHON), n=1, cutoff=0.75)
    return near[0] if near else None


def _told(model: Model, filename: str, backend: str) -> str:
    """The platform that Triton adds to a backend of old."""
    platforms = [of for of, name in _PLATFORMS.items() if name == backend]
    if backend != "tensorflow":
        return platforms[0]
    name, found, of = _by_file(model, filename)
    return of if name and found == backend else ""


def _by_file(model: Model, filename: str) -> tuple[str, str, str]:
    """The file that tells, its backend and platform; by default_model_filename where it is set."""
    if filename:
        named = next((row for row in _FILES if row[0] == filename), None)
        return named[:3] if named else ("", "", "")
    folders = sorted(model.folder.names("folder"), key=str.encode)
    first = model.subfolder(folders[0]) if folders else None
    for name, backend, platform, is_folder in _FILES if first else ():
        entry = first.find(name) if first else None
        if entry and is_folder in (None, entry.kind == "folder"):
            return name, backend, platform
    return "", "", ""
