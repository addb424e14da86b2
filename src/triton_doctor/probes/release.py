"""What is known of the release that the deployment's image belongs to."""

from __future__ import annotations

from importlib import resources
from typing import Any

from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.image_names import Reference, parse
from triton_doctor.probes.images import images
from triton_doctor.record import Record


class Release(Record, frozen=True):
    """One row of the releases table. Missing values are unknown, not absent.

    tag: as `25.06`; vllm_variant: the image's name says that it has vLLM; cuda: as `12.9.0.043`;
    driver_built_for: the driver release that this CUDA goes with, not a hard minimum; min_driver:
    of the release notes; dc_drivers: first version of each older branch that data-centre GPUs may
    use through forward compatibility; dc_not: branches without it; min_capability: (major, minor);
    size: bytes of the compressed image.
    """

    image: str
    known: bool
    tag: str = ""
    vllm_variant: bool = False
    newest_known: str = ""
    triton: str | None = None
    vllm: str | None = None
    cuda: str | None = None
    driver_built_for: str | None = None
    min_driver: str | None = None
    dc_drivers: tuple[str, ...] = ()
    dc_not: tuple[int, ...] = ()
    min_capability: tuple[int, int] | None = None
    architectures: tuple[str, ...] = ()
    size: int | None = None


@probe("release", doing="looking up the image's release", timeout=8.0)
def release(ask: Asking) -> Release:
    """The row for the deployment's image: by what the image says of itself, else by its tag."""
    table = _table()
    reference = parse(ask.deployment.image)
    tag, triton = _told_by_image(ask)
    row = _row(table["release"], tag, triton) or _row_by_name(table["release"], reference)
    known = {"tag": tag or (reference.release if reference.is_triton else "")}
    return Release(
        image=ask.deployment.image,
        known=bool(row),
        vllm_variant=reference.says_vllm,
        newest_known=table["newest"],
        **(_values(row) if row else known),
    )


def rows(name: str) -> list[Release]:
    """Every release with vLLM. name: of NVIDIA's image, `nvcr.io/nvidia/tritonserver`."""
    table = _table()
    return [
        Release(
            image=f"{name}:{row['tag']}-vllm-python-py3",
            known=True,
            vllm_variant=True,
            newest_known=table["newest"],
            **_values(row),
        )
        for row in table["release"]
    ]


def _table() -> dict[str, Any]:
    import tomli

    source = resources.files("triton_doctor.probes") / "data" / "triton_releases.toml"
    return tomli.loads(source.read_text("utf-8"))


def _told_by_image(ask: Asking) -> tuple[str, str]:
    """NVIDIA's release and Triton's version out of the image's environment, where it is here."""
    seen = ask.known(images)
    return (seen.deployment.release, seen.deployment.triton) if seen else ("", "")


def _row(rows: list[dict[str, Any]], tag: str, triton: str) -> dict[str, Any] | None:
    """The row of a release, or else of a version of Triton."""
    for key, value in (("tag", tag), ("triton", triton)):
        for row in rows:
            if value and row.get(key) == value:
                return row
    return None


def _row_by_name(rows: list[dict[str, Any]], reference: Reference) -> dict[str, Any] | None:
    return _row(rows, reference.release, "") if reference.is_triton else None


def _values(row: dict[str, Any]) -> dict[str, Any]:
    """A row under the names of Release."""
    values: dict[str, Any] = {
        key: row.get(key)
        for key in ("tag", "triton", "vllm", "cuda", "driver_built_for", "min_driver")
    }
    values["dc_drivers"] = tuple(row.get("dc_drivers", ()))
    values["dc_not"] = tuple(row.get("dc_not", ()))
    values["architectures"] = tuple(row.get("arch", ()))
    if "min_cc" in row:
        major, _, minor = row["min_cc"].partition(".")
        values["min_capability"] = (int(major), int(minor))
    if "size_gb" in row:
        values["size"] = int(row["size_gb"] * 10**9)
    return values
