"""Repairs for files that are not whole. Pure."""

from __future__ import annotations

from triton_doctor.api import ASK, Plan, command, plan
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.weights_cache import Cache

# What stands in the snapshot is a link: the downloader looks whether the file behind it is there.
_REMOVE = 'rm -- "$(readlink -f "$1")"'
_INSIDE = "/cache"


def pull(one: Checkpoint) -> Plan:
    """The real files in place of the pointers of git-lfs."""
    step = command("git", "-C", one.where, "lfs", "pull")
    return plan("pull", ASK, step, costs=["download"], path=one.where)


def deletion(cache: Cache, path: str) -> Plan:
    """Takes a downloaded file out of the cache. path: from the cache's top on."""
    if cache.kind == "folder":
        step = command("sh", "-c", _REMOVE, "rm", f"{cache.name}/{path}")
    else:
        step = command(
            "docker", "run", "--rm", "--network", "none", "--volume", f"{cache.name}:{_INSIDE}",
            "--entrypoint", "sh", cache.image, "-c", _REMOVE, "rm", f"{_INSIDE}/{path}",
        )  # fmt: skip
    return plan("delete", ASK, step, costs=["deletes"], volume=cache.name)
