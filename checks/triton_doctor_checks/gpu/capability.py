"""Whether an image's code knows a GPU, by the GPU's compute capability.

Source: CUDA's rule of binary compatibility (code made for an architecture runs on the same major
version with the same or a higher minor one), the toolkits' lists of architectures, the release
notes of each image, and vLLM's installation page for its own floor.
"""

from __future__ import annotations

from typing import Literal

from triton_doctor.probes.cuda_rules import CudaRules
from triton_doctor.probes.release import Release

Capability = tuple[int, int]
Newness = Literal["known", "same-major", "foreign", "unknown"]

# https://docs.vllm.ai/en/latest/getting_started/installation/gpu.html
_VLLM = (7, 0)
_TABLE_BEGINS = (8, 0)


def floor(release: Release, rules: CudaRules) -> Capability | None:
    """The least capability that image, CUDA and vLLM ask for together; None where none is known."""
    vllm = _VLLM if release.vllm_variant else None
    known = [one for one in (release.min_capability, rules.least_capability, vllm) if one]
    return max(known, default=None)


def newness(capability: Capability, rules: CudaRules) -> Newness:
    """How new a GPU is to the image's CUDA.

    same-major: no native code for it can be in the image, but such of the same family; foreign: not
    even that; unknown: neither the table nor its family tells.
    """
    if rules.cuda is None:
        return "unknown"
    if capability < _TABLE_BEGINS:
        return "known"
    first = rules.first_toolkit.get("sm_{}{}".format(*capability))
    if first and rules.cuda >= first:
        return "known"
    family = any(
        int(name[3:-1]) == capability[0] and int(name[-1]) <= capability[1] and rules.cuda >= since
        for name, since in rules.first_toolkit.items()
    )
    if first is None:
        return "known" if family else "unknown"
    return "same-major" if family else "foreign"
