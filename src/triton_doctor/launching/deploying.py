"""A command that was read becomes the deployment to check. Pure."""

from __future__ import annotations

import re
from typing import Any

from triton_doctor import values
from triton_doctor.deployment import ALL_MODELS, OPTIONS, Deployment
from triton_doctor.launching.secrets import SECRET_NAME
from triton_doctor.probes.given_command import Given, Mount, Variable
from triton_doctor.record import replace
from triton_doctor.values import Unfit

# What huggingface_hub reads in the container, and where it keeps what it downloads.
HUB_VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
_CACHES = ("/root/.cache/huggingface", "/root/.cache", "/root/.cache/huggingface/hub")
_NAME = re.compile(r"[A-Za-z_]\w*")


def deployment(given: Given, base: Deployment) -> Deployment:
    """base: what the command says nothing of. Values that no setting can take are left out."""
    if given.trouble or given.source == "none":
        return base
    chosen = {name: value for name, value in _values(given).items() if _fits(name, value)}
    everything = () if given.mode == "explicit" else (ALL_MODELS,)
    models = given.flag_values("load-model") or everything
    return replace(base, **{**chosen, "model": models, "more_repositories": _more(given)})


def _fits(name: str, value: object) -> bool:
    """Whether a setting can take the value; the check says what is wrong with one that none can."""
    try:
        OPTIONS[name].parse(value)
    except Unfit:
        return False
    return True


def _values(given: Given) -> dict[str, Any]:
    found: dict[str, Any] = {"control_mode": given.mode, "gpus": gpus(given)}
    if given.image and not given.image.unset:
        found["image"] = given.image.text
    for key, option in (("name", "name"), ("shm_size", "shm-size")):
        one = given.option(option)
        if one and one.value and not one.unset:
            found[key] = one.value
    folders = repositories(given)
    if folders and folders[0]:
        found["repository"] = folders[0]
    for role in ("http", "grpc", "metrics"):
        port = host_port(given, role)
        if port:
            found[f"{role}_port"] = port
    variable = token_variable(given)
    if variable:
        found["token_env"] = variable
    cache = next((one for one in given.mounts if one.target.rstrip("/") in _CACHES), None)
    if cache and cache.source and not cache.unset:
        found["cache_volume"] = cache.source
    return found


def _more(given: Given) -> tuple[str, ...]:
    return tuple(one for one in repositories(given)[1:] if one)


def repositories(given: Given) -> list[str]:
    """The folders of this machine behind each --model-repository; empty where none is mounted."""
    flags = given.flag_values("model-repository") + given.flag_values("model-store")
    return [behind(given, path) for path in flags]


def mount_of(given: Given, path: str) -> Mount | None:
    """The mount that a path in the container lies in: the one with the longest target."""
    path = given.in_container(path)
    fitting = [
        one
        for one in given.mounts
        if one.target and f"{path}/".startswith(_inside(one.target).rstrip("/") + "/")
    ]
    return max(fitting, key=lambda one: len(one.target), default=None)


def behind(given: Given, path: str) -> str:
    mount = mount_of(given, path)
    if mount is None or mount.kind != "bind" or mount.unset:
        return ""
    rest = given.in_container(path)[len(_inside(mount.target).rstrip("/")) :].strip("/")
    return f"{mount.source.rstrip('/')}/{rest}" if rest else mount.source


def _inside(path: str) -> str:
    """A path in the container; a doubled slash at its front keeps Git Bash from rewriting it."""
    return "/" + path.strip("/") if path.startswith("/") else path


def host_port(given: Given, role: str) -> int:
    """The host port that leads to what the server answers; 0 where there is none."""
    network = given.option("network")
    if network and network.value == "host":
        return given.inside(role)
    wanted = given.inside(role)
    return next((one.host for one in given.ports if one.inside == wanted and one.host), 0)


def gpus(given: Given) -> str:
    """As the setting has it: all, none, numbers or UUIDs."""
    meant = [one for one in given.options if one.near == "gpus" and one.value]
    option = given.option("gpus") or next(iter(meant), None)
    if option is None or not option.value:
        return _without_option(given)
    value = option.value.strip("\"'")
    named = re.search(r"device=([\w,-]+)", value)
    if named:
        return _devices(named[1])
    if value.isdigit():
        return ",".join(str(number) for number in range(int(value))) or "none"
    return "all"


def _without_option(given: Given) -> str:
    """By --device of a CDI name, or by NVIDIA's runtime, which reads a variable."""
    devices = [one.value or "" for one in given.options if one.name == "device"]
    named = [one.partition("nvidia.com/gpu=")[2] for one in devices]
    if any(named):
        return _devices(",".join(one for one in named if one))
    runtime = given.option("runtime")
    if runtime is None or runtime.value != "nvidia":
        return "none"
    told = [one.value for one in given.variables if one.name == "NVIDIA_VISIBLE_DEVICES"]
    if not told or told[-1] is None:
        return "all"
    return "none" if told[-1] in ("", "void", "none") else _devices(told[-1])


def _devices(named: str) -> str:
    """A list of devices, where all are named in a way that the setting has, else all."""
    try:
        return values.gpus(named.strip(","))
    except Unfit:
        return "all"


def token_variables(given: Given) -> list[Variable]:
    """The variables of the container that the Hub's library reads a token from."""
    return [one for one in given.variables if one.name in HUB_VARIABLES]


def token_variable(given: Given) -> str:
    """The variable of this machine that is handed on as the token; empty where it is none."""
    for one in token_variables(given):
        if one.value is None:
            return one.name
        if one.same_as:
            return one.same_as
        for name in one.unset:
            bare = name.removeprefix("env:")
            if _NAME.fullmatch(bare) and SECRET_NAME.search(bare):
                return bare
    return ""
