"""What NVIDIA's tables say of the CUDA that the deployment's image was built with."""

from __future__ import annotations

from importlib import resources
from typing import Any

from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.release import release
from triton_doctor.record import Record, field

Version = tuple[int, int]


class CudaRules(Record, frozen=True):
    """cuda: of the image, (major, minor), None where it is not known, and then most else is empty.

    driver, windows_driver: that go with this CUDA, needed for all it can do; oldest_driver: the
    branch from which on a driver runs every toolkit of this major version; least_capability: below
    it this major version knows no GPU; first_toolkit: for `sm_90` and its like the first CUDA that
    makes native code for it.
    """

    cuda: Version | None
    driver: str = ""
    windows_driver: str = ""
    oldest_driver: int | None = None
    least_capability: Version | None = None
    first_toolkit: dict[str, Version] = field(default_factory=dict)


@probe("cuda-rules", doing="looking up the image's CUDA", timeout=8.5)
def cuda_rules(ask: Asking) -> CudaRules:
    """The rows of the table for the image's CUDA."""
    import tomli

    source = resources.files("triton_doctor.probes") / "data" / "cuda_drivers.toml"
    return rules_for(ask.fact(release).cuda, tomli.loads(source.read_text("utf-8")))


def rules_for(cuda: str | None, table: dict[str, Any]) -> CudaRules:
    """cuda: as `12.9.0.043`, of which the table knows the first three numbers."""
    first = {name: version(text) for name, text in table["first_toolkit"].items()}
    if not cuda:
        return CudaRules(None, first_toolkit=first)
    major = cuda.partition(".")[0]
    row = _row(cuda, table["toolkit"])
    least = table["least_capability"].get(major)
    return CudaRules(
        cuda=version(cuda),
        driver=row.get("linux", ""),
        windows_driver=row.get("windows", ""),
        oldest_driver=table["oldest_driver"].get(major),
        least_capability=version(least) if least else None,
        first_toolkit=first,
    )


def version(text: str) -> Version:
    """The first two numbers of a version."""
    major, _, rest = text.partition(".")
    return int(major), int(rest.partition(".")[0] or 0)


def _row(cuda: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    wanted = [*cuda.split("."), "0", "0"][:3]
    return next((row for row in rows if row["cuda"].split(".") == wanted), {})
