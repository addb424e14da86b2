"""What a container sees of the model repository, and of the machine that the engine runs on.

One probe container answers all of it. It has no capabilities, so root in it may read less than
root in the server's container, which keeps Docker's default ones. It therefore runs as whoever
owns the files, where that is what the server's root amounts to (see `_owner`).
"""

from __future__ import annotations

from contextlib import suppress

from triton_doctor.host.protocol import Docker, DockerTrouble, ProbeEnd, ProbeRun
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_endpoint import resolve
from triton_doctor.probes.docker_engine import DockerEngine, connected, docker_engine
from triton_doctor.probes.outside_view import OutsideView, look
from triton_doctor.probes.probe_image import able_images, of_the_image
from triton_doctor.probes.probe_script import SCRIPT, TARGET, Seen, parse
from triton_doctor.probes.system import system
from triton_doctor.record import Record, replace

RUN_TIMEOUT = 8.0
_LINKS = 10


class ContainerView(Record, frozen=True):
    """trouble: empty if the container ran; no-image: none here can list; skipped: the source is
    not there to be mounted; refused: the daemon would not make or start it, `refusal` says why;
    silent: no end in time; failed: it ended without an answer.

    server_user: the user that the deployment's image names, empty for root; user: as whom the probe
    ran. seen: what the container saw of the folder, None where it did not run; strays: links in it
    that lead out of it, each with its end. free_bytes, total_bytes: of the file system that Docker
    keeps containers on; memory_bytes: RAM of the engine's machine. Each of these is None where
    it is not known.
    """

    outside: OutsideView
    trouble: str = ""
    refusal: str = ""
    image: str = ""
    server_user: str = ""
    user: str = ""
    seen: Seen | None = None
    strays: tuple[tuple[str, str], ...] = ()
    free_bytes: int | None = None
    total_bytes: int | None = None
    memory_bytes: int | None = None


@probe("container-view", doing="mounting the model repository into a container", timeout=12.0)
def container_view(ask: Asking) -> ContainerView:
    """Look at the repository here, then through a container of the engine in use."""
    ask.start(docker_engine)
    outside = look(ask)
    if outside.kind == "folder" and not outside.private:
        # The run waits for this probe, so it begins before the engine has been described.
        return _compared(ask, _tried(ask, _at_once(ask), ContainerView(outside), True))
    docker, engine = connected(ask), ask.fact(docker_engine)
    # An engine elsewhere, or outside our container, may have what is missing here.
    others = outside.trouble == "missing" and (engine.remote or ask.fact(system).in_container)
    mounted = outside.kind == "folder" or outside.trouble == "denied" or others
    if not mounted and not _elsewhere(engine):
        return ContainerView(outside, trouble="skipped")
    view = _tried(ask, docker, ContainerView(outside), mounted)
    if not mounted:
        return replace(view, trouble=view.trouble or "skipped", seen=None)
    return _compared(ask, view)


def _at_once(ask: Asking) -> Docker:
    """The engine behind an endpoint that looks usable; one that does not is asked for why."""
    found = resolve(ask)
    with suppress(OSError):
        if not found.fault and found.socket and ask.host.stat(found.socket).kind == "other":
            return ask.host.docker(found.endpoint)
    return connected(ask)


def _compared(ask: Asking, view: ContainerView) -> ContainerView:
    """The view, with a second look at what differs."""
    seen = view.seen
    if seen and view.outside.kind == "folder" and seen.differs(view.outside):
        # Files that come and go are not a difference: what counts is what stays one.
        view = replace(view, outside=look(ask))
    return replace(view, strays=_strays(ask, view)) if seen else view


def _strays(ask: Asking, view: ContainerView) -> tuple[tuple[str, str], ...]:
    """Links that lead somewhere here and nowhere in the container, each with where it leads."""
    seen, folder, sample = view.seen, view.outside.path, view.outside.sample
    names = [*seen.broken[:_LINKS]] if seen else []
    if seen and "no such file" in seen.sample_error.lower() and sample.split("/")[0] not in names:
        names.append(sample)
    ends = [(name, _end(ask, f"{folder}/{name}")) for name in names]
    return tuple((name, end) for name, end in ends if end)


def _end(ask: Asking, path: str) -> str:
    """Where a link leads; empty where it leads nowhere here either: not the mount's doing."""
    try:
        return ask.host.real(path)
    except OSError:
        return ""


def _elsewhere(engine: DockerEngine) -> bool:
    """Whether the engine's disk and RAM are not this machine's, so that only it can tell them."""
    return engine.remote or engine.kind == "desktop"


def _tried(ask: Asking, docker: Docker, view: ContainerView, mounted: bool) -> ContainerView:
    """Run the probe in the first image that can: absence shows when a container is to be made."""
    server_user = _server_user(docker, ask.deployment.image)
    view = replace(view, server_user=server_user)
    user = server_user or _owner(ask, view.outside)
    for image in able_images(ask, docker, server_user):
        run = ProbeRun(
            image,
            ("sh", "-c", SCRIPT, "probe", view.outside.sample),
            mounts=((view.outside.path, TARGET),) if mounted else (),
            user=user,
            timeout=RUN_TIMEOUT,
            code=False,  # what the script says shows whether it came to its end
        )
        try:
            return _ended(replace(view, image=image, user=user), docker.probe(run))
        except DockerTrouble as error:
            if not of_the_image(error):
                trouble = "refused" if error.kind == "api" else "silent"
                return replace(view, trouble=trouble, refusal=error.text, image=image, user=user)
    return replace(view, trouble="no-image")


def _server_user(docker: Docker, image: str) -> str:
    """The user that an image names; empty where it is root or the image is not here."""
    try:
        known = docker.image(image) or {}
    except DockerTrouble:
        return ""
    user = str((known.get("Config") or {}).get("User") or "")
    return "" if user.partition(":")[0] in ("0", "root") else user


def _owner(ask: Asking, outside: OutsideView) -> str:
    """As whom the probe is to run in place of root, so that it may read what the server may.

    The server's root on an ordinary engine may read every file whatever its mode; the probe's
    may not, but the file's owner may. In a user namespace root is an ordinary user outside.
    """
    if not outside.private:
        return ""
    engine = ask.fact(docker_engine)
    mapped = engine.rootless or engine.userns or _elsewhere(engine)
    return "" if mapped else f"{outside.uid}:{outside.gid}"


def _ended(view: ContainerView, end: ProbeEnd) -> ContainerView:
    told = parse(end.out, end.err)
    if told is None:
        last = end.err.decode("utf-8", "replace").strip()[-400:]
        return replace(view, trouble="failed", refusal=last)
    return replace(
        view,
        seen=told.seen,
        free_bytes=told.free_bytes,
        total_bytes=told.total_bytes,
        memory_bytes=told.memory_bytes,
    )
