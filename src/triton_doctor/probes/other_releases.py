"""The other releases of NVIDIA's image, for where this one does not suit the machine."""

from __future__ import annotations

from importlib import resources

from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.cuda_rules import CudaRules, rules_for
from triton_doctor.probes.image_names import parse
from triton_doctor.probes.release import Release, rows
from triton_doctor.record import Record


class OtherRelease(Record, frozen=True):
    """An image with vLLM, what is known of it, and NVIDIA's tables for its CUDA."""

    release: Release
    rules: CudaRules


class OtherReleases(Record, frozen=True):
    """newest_first: none where the deployment's image is not one of NVIDIA's with vLLM."""

    newest_first: tuple[OtherRelease, ...]


@probe("other-releases", doing="looking up other releases of the image", timeout=3.0)
def other_releases(ask: Asking) -> OtherReleases:
    """Every release but the deployment's own."""
    import tomli

    own = parse(ask.deployment.image)
    if not (own.is_triton and own.says_vllm and own.registry == "nvcr.io"):
        return OtherReleases(())
    source = resources.files("triton_doctor.probes") / "data" / "cuda_drivers.toml"
    table = tomli.loads(source.read_text("utf-8"))
    name = f"{own.registry}/{own.repository}"
    known = [one for one in rows(name) if one.tag != own.release]
    found = [OtherRelease(one, rules_for(one.cuda, table)) for one in known]
    return OtherReleases(tuple(sorted(found, key=lambda one: one.release.tag, reverse=True)))
