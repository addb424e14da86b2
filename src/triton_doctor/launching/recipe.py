"""A ContainerPlan as the engine's API takes it. Pure.

Source: Docker Engine API, POST /containers/create (docs.docker.com/reference/api/engine). The same
in its effect as the `docker run` that the doctor shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triton_doctor.launching.plan import ContainerPlan
from triton_doctor.launching.writing import inside_name
from triton_doctor.values import size

LABEL = "triton-doctor.launch"  # on every container that `launch` has made; its value is the run


def recipe(plan: ContainerPlan, environ: Mapping[str, str], run: str) -> dict[str, Any]:
    """The body of the request.

    environ: the doctor's own environment, from which variables without a value are handed on; one
    that it does not have is left out, as `docker run --env NAME` does. run: the label's value.
    """
    handed = [
        (inside_name(name), environ.get(name)) if value is None else (name, value)
        for name, value in plan.env
    ]
    inside = {host: f"{port}/tcp" for host, port in plan.ports}
    host: dict[str, Any] = {
        "PortBindings": {name: [{"HostPort": str(port)}] for port, name in inside.items()},
        "Mounts": _mounts(plan),
        "DeviceRequests": _gpus(plan.gpus),
    }
    if plan.shm_size:
        host["ShmSize"] = size(plan.shm_size)
    return {
        "Image": plan.image,
        "Cmd": list(plan.argv),
        "Env": [f"{name}={value}" for name, value in handed if value is not None],
        "ExposedPorts": {name: {} for name in inside.values()},
        "Labels": {LABEL: run},
        "HostConfig": host,
    }


def _mounts(plan: ContainerPlan) -> list[dict[str, Any]]:
    binds = [
        {"Type": "bind", "Source": one.source, "Target": one.target, "ReadOnly": one.readonly}
        for one in plan.binds
    ]
    volumes = [
        {"Type": "volume", "Source": name, "Target": target} for name, target in plan.volumes
    ]
    return binds + volumes


def _gpus(wanted: str) -> list[dict[str, Any]]:
    if wanted == "none":
        return []
    chosen: dict[str, Any] = {"Count": -1} if wanted == "all" else {"DeviceIDs": wanted.split(",")}
    return [{"Driver": "", "Capabilities": [["gpu"]], **chosen}]
