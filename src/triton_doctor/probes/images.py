"""The images that matter to a run: the deployment's, and one for probe containers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triton_doctor.host.protocol import Docker, DockerTrouble
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_engine import connected, docker_engine
from triton_doctor.probes.image_names import processor
from triton_doctor.record import Record, field

# NVIDIA's images name their release and Triton's version in their environment.
_RELEASE, _TRITON = "NVIDIA_TRITON_SERVER_VERSION", "TRITON_SERVER_VERSION"
_CUDA = ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER")  # which GPUs a process finds
_MALFORMED = "invalid reference format"
_LOOKED_AT, _OTHERS = 12, 3  # how many other images are looked at, and kept for a try


class ImageSeen(Record, frozen=True):
    """One image as the engine has it; where it is not present all else is empty.

    size: bytes, unpacked; platform: as `linux/amd64`; release: as `25.06`; triton: as `2.59.0`,
    both out of the image's own environment, as are CUDA's variables, cuda; malformed: the engine's
    words where the reference is none at all.
    """

    reference: str
    present: bool
    id: str = ""
    size: int = 0
    platform: str = ""
    release: str = ""
    triton: str = ""
    malformed: str = ""
    cuda: dict[str, str] = field(default_factory=dict)


class Images(Record, frozen=True):
    """platform: what the engine runs, as `linux/amd64`; others: local images for a probe container
    where neither the probe image nor the deployment's is there, smallest first."""

    platform: str
    deployment: ImageSeen
    probe: ImageSeen
    others: tuple[str, ...] = ()

    @property
    def for_probes(self) -> tuple[str, ...]:
        """Images that a probe container can be made of, the best first."""
        mine = [
            seen.reference
            for seen in (self.probe, self.deployment)
            if seen.present and seen.platform == self.platform
        ]
        return (*dict.fromkeys(mine), *self.others)


@probe("images", doing="looking for the images", timeout=7.0)
def images(ask: Asking) -> Images:
    """Look up the deployment's image and the probe image; nothing is pulled."""
    docker = connected(ask)
    engine = ask.fact(docker_engine)
    platform = f"{engine.system or 'linux'}/{processor(engine.architecture)}"
    found = Images(
        platform,
        _seen(docker, ask.deployment.image),
        _seen(docker, ask.settings.probe_image),
    )
    if found.for_probes:
        return found
    return Images(platform, found.deployment, found.probe, _others(docker, platform))


def _seen(docker: Docker, reference: str) -> ImageSeen:
    try:
        raw = docker.image(reference)
    except DockerTrouble as trouble:
        if _MALFORMED not in trouble.text:
            raise
        words = trouble.text[trouble.text.index(_MALFORMED) :]
        return ImageSeen(reference, present=False, malformed=words)
    if raw is None:
        return ImageSeen(reference, present=False)
    env = _environment(raw)
    return ImageSeen(
        reference,
        present=True,
        id=str(raw.get("Id") or ""),
        size=int(raw.get("Size") or 0),
        platform=_platform(raw),
        release=env.get(_RELEASE, ""),
        triton=env.get(_TRITON, ""),
        cuda={name: value for name, value in env.items() if name in _CUDA},
    )


def _platform(raw: Mapping[str, Any]) -> str:
    return f"{raw.get('Os') or 'linux'}/{processor(str(raw.get('Architecture') or ''))}"


def _environment(raw: Mapping[str, Any]) -> dict[str, str]:
    """The few variables that we read; an image's environment may hold secrets of others."""
    lines = (raw.get("Config") or {}).get("Env") or ()
    pairs = [line.partition("=") for line in lines]
    return {name: value for name, _, value in pairs if name in (_RELEASE, _TRITON, *_CUDA)}


def _others(docker: Docker, platform: str) -> tuple[str, ...]:
    """A few other images of the engine's platform; the smallest are most often plain systems."""
    chosen: list[str] = []
    listed = sorted(docker.images(), key=lambda item: int(item.get("Size") or 0))
    for item in listed[:_LOOKED_AT]:
        raw = docker.image(str(item["Id"]))
        if raw and _platform(raw) == platform:
            tags = [tag for tag in item.get("RepoTags") or () if "<none>" not in tag]
            chosen.append(tags[0] if tags else str(item["Id"]))
    return tuple(chosen[:_OTHERS])
