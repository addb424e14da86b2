"""Whether a token file lies in the volume that the server has as its cache: its form, no more."""

from __future__ import annotations

from triton_doctor.host.protocol import DockerTrouble, ProbeRun
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_engine import connected
from triton_doctor.probes.probe_image import able_images, of_the_image
from triton_doctor.probes.token_shape import Shape, shape
from triton_doctor.record import Record

_TARGET, _LIMIT = "/cache", 16 * 1024
RUN_TIMEOUT = 6.0
# A file that is not there is told apart from one that may not be read.
_SCRIPT = f"cd {_TARGET} || exit 1; [ -e token ] || exit 0; printf there; head -c {_LIMIT} token"


class TokenVolume(Record, frozen=True):
    """shape: of the token in it, None where there is none; trouble: why it could not be looked for:
    no-image, refused, silent, denied, with the engine's `error`."""

    shape: Shape | None = None
    trouble: str = ""
    error: str = ""


@probe("token-volume", doing="looking for a token in the volume", timeout=9.0)
def token_volume(ask: Asking) -> TokenVolume:
    """Look where `hf auth login` in the container puts one; a folder is looked at from here."""
    docker, name = connected(ask), ask.deployment.cache_volume
    if name.startswith(("/", "~", ".")) or docker.volume(name) is None:
        return TokenVolume()
    for image in able_images(ask, docker):
        run = ProbeRun(
            image, ("sh", "-c", _SCRIPT), timeout=RUN_TIMEOUT, code=False,
            volumes=((name, _TARGET),),
        )  # fmt: skip
        try:
            end = docker.probe(run)
        except DockerTrouble as error:
            if of_the_image(error):
                continue
            trouble = "refused" if error.kind == "api" else "silent"
            return TokenVolume(trouble=trouble, error=error.text)
        return _read(end.out, end.err)
    return TokenVolume(trouble="no-image")


def _read(out: bytes, err: bytes) -> TokenVolume:
    there, value = out[:5] == b"there", out[5:].decode("utf-8", "replace").rstrip("\r\n")
    if there and not value and err:
        return TokenVolume(trouble="denied", error=err.decode("utf-8", "replace").strip()[:200])
    return TokenVolume(shape(value) if there and value.strip() else None)
