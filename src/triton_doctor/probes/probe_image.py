"""Which image a probe container is made of: any that is here and can list a folder."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.host.protocol import Docker, DockerTrouble
from triton_doctor.probes.base import Asking

# How names of images begin that can list a folder, for want of the one that is meant for it.
_ABLE = ("ubuntu", "debian", "busybox", "alpine", "python", "nvcr.io/nvidia/")
_TRIES = 4


def able_images(ask: Asking, docker: Docker, server_user: str = "") -> Iterator[str]:
    """The probe image, the deployment's own, then others that are here and look able.

    A user given by name is known in the deployment's image alone, so that comes first then.
    """
    first = [ask.settings.probe_image, ask.deployment.image]
    if server_user and not server_user.replace(":", "").isdigit():
        first.reverse()
    yield from first
    try:
        tags = [tag for image in docker.images() for tag in image.get("RepoTags") or ()]
    except DockerTrouble:
        return
    able = [tag for tag in tags if tag.startswith(_ABLE) and tag not in first]
    yield from able[:_TRIES]


def of_the_image(error: DockerTrouble) -> bool:
    """Whether the image is to blame: it is not here, has no shell or does not know the user."""
    text = error.text.lower()
    signs = ("no such image", "executable file not found", "unable to find user", "no matching")
    return error.kind == "api" and (
        any(sign in text for sign in signs) or 'exec: "sh"' in text or "exec format error" in text
    )
