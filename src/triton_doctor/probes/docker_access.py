"""Why an engine cannot be reached: other sockets, group membership, a silent ssh."""

from __future__ import annotations

from urllib.parse import urlsplit

from triton_doctor.host.protocol import DockerTrouble
from triton_doctor.probes.base import Asking
from triton_doctor.probes.docker_endpoint import DEFAULT, Resolved

# Where other engines put their sockets, under the home folder: Docker Desktop (macOS and Linux),
# Colima, Rancher Desktop, OrbStack.
_IN_HOME = (
    ".docker/run/docker.sock",
    ".docker/desktop/docker.sock",
    ".colima/default/docker.sock",
    ".rd/docker.sock",
    ".orbstack/run/docker.sock",
)


def other_sockets(ask: Asking, found: Resolved) -> tuple[str, ...]:
    """Addresses of sockets that are there while the one in use is not."""
    runtime = ask.host.env("XDG_RUNTIME_DIR") or f"/run/user/{ask.host.uid()}"
    paths = [DEFAULT.removeprefix("unix://"), f"{runtime}/docker.sock"]
    paths += [f"{ask.host.home()}/{name}" for name in _IN_HOME]
    if ask.host.system() == "Windows":
        return ()
    return tuple(f"unix://{path}" for path in paths if path != found.socket and _socket(ask, path))


def _socket(ask: Asking, path: str) -> bool:
    try:
        return ask.host.stat(path).kind == "other"
    except OSError:
        return False


def group_has_user(ask: Asking) -> bool:
    """Whether /etc/group lists this user under docker: then only a new login is missing."""
    try:
        users = ask.host.read("/etc/passwd").decode("utf-8", "replace").splitlines()
        groups = ask.host.read("/etc/group").decode("utf-8", "replace").splitlines()
    except OSError:
        return False
    uid = str(ask.host.uid())
    names = [user.split(":")[0] for user in users if user.split(":")[2:3] == [uid]]
    members = [group.split(":")[3:4] for group in groups if group.startswith("docker:")]
    listed = {name for fields in members for field in fields for name in field.split(",")}
    return bool(names) and names[0] in listed


def ssh_trouble(ask: Asking, address: str) -> None:
    """Try ssh itself first: the SDK would wait without end where it asks for a password."""
    parts = urlsplit(address)
    target = f"{parts.username}@{parts.hostname}" if parts.username else str(parts.hostname)
    port = ["-p", str(parts.port)] if parts.port else []
    argv = ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=2", *port, "--", target, "true"]
    try:
        ran = ask.host.run(argv, timeout=3.0)
    except FileNotFoundError:
        raise DockerTrouble("unusable", "the program ssh is not on PATH") from None
    except TimeoutError as error:
        raise DockerTrouble("silent", str(error)) from None
    if ran.code != 0:
        lines = ran.err.strip().splitlines() or [f"ssh ended with status {ran.code}"]
        raise DockerTrouble("refused", lines[-1])
