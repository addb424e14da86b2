"""What is in the deployment's image: looked up in it, not read off its name."""

from __future__ import annotations

from triton_doctor.errors import FactUnavailable
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_engine import connected
from triton_doctor.probes.images import images
from triton_doctor.record import Record

SERVER = "/opt/tritonserver/bin/tritonserver"
VLLM = "/opt/tritonserver/backends/vllm/model.py"


class ImageContent(Record, frozen=True):
    """server: it has tritonserver where NVIDIA puts it; vllm: it has Triton's vLLM backend."""

    server: bool
    vllm: bool


@probe("image-content", doing="looking into the image", timeout=9.0)
def image_content(ask: Asking) -> ImageContent:
    """Look for the two files in a container that is never started."""
    if not ask.fact(images).deployment.present:
        raise FactUnavailable("image-content", "the image is not here to look into")
    seen = connected(ask).paths_in_image(ask.deployment.image, (SERVER, VLLM))
    return ImageContent(seen[SERVER], seen[VLLM])
