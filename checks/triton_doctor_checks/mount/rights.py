"""Judges a refusal to read: would the server be refused as well?

The probe ran as the user that the image names, or else as the owner of what is not for everybody
(the server's root reads that anyway), or in a user namespace as its root.
"""

from __future__ import annotations

from triton_doctor.api import ASK, Answer, found, plan, readable, unsure
from triton_doctor.probes.container_view import ContainerView
from triton_doctor.probes.docker_engine import DockerEngine

_SIGNS = ("permission denied", "operation not permitted")


def denied(view: ContainerView, engine: DockerEngine) -> Answer | None:
    """None where nothing was refused."""
    if view.seen is None:
        return None
    outside = view.outside
    path, error = outside.path, view.seen.error
    if not _refusal(error):
        path, error = f"{outside.path}/{outside.sample}", view.seen.sample_error
    if not _refusal(error):
        return None
    if _root_reads_all(view, engine) and outside.trouble == "denied":
        return unsure("closed", path=path)
    if _root_reads_all(view, engine) and not _owner_may(outside.mode):
        return unsure("unread", path=path, mode=f"{outside.mode:04o}")
    case = _case(view, engine)
    open_up = plan("read", ASK, readable(outside.path))
    return found(
        "permission-denied",
        case=case,
        where=path,
        evidence=[error],
        fix=open_up if case in (None, "mapped") else None,
        path=path,
        user=view.server_user or "root",
        error=error.rpartition(": ")[2],
    )


def _refusal(error: str) -> bool:
    return any(sign in error.lower() for sign in _SIGNS)


def _root_reads_all(view: ContainerView, engine: DockerEngine) -> bool:
    """Whether the server is root with the capability to read whatever the mode says."""
    return not (view.server_user or engine.rootless or engine.userns)


def _owner_may(mode: int) -> bool:
    return bool(mode & 0o400)


def _case(view: ContainerView, engine: DockerEngine) -> str | None:
    if view.outside.selinux:
        return "selinux"
    if engine.rootless or engine.userns:
        return "mapped"
    return None if view.server_user else "file-system"
