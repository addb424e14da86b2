"""What the server is handed that decides how it asks the Hub: by container, image or command."""

from __future__ import annotations

from triton_doctor.api import Context
from triton_doctor.probes.env_files import EnvFile, env_files
from triton_doctor.probes.given_command import Variable, given_command
from triton_doctor.probes.token_reach import TokenReach

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_YES = ("1", "ON", "YES", "TRUE")  # as huggingface_hub reads them


def forbidden(context: Context, reach: TokenReach | None) -> tuple[str, str]:
    """The variable that forbids the server to download, and where it is set; empty without."""
    if reach is not None and reach.offline:
        place = f"the container {reach.container}" if reach.container else "the image"
        return reach.offline, place
    variables, files = _given(context)
    for one in variables:
        if one.name in _OFFLINE and (one.value or "").upper() in _YES:
            return one.name, "the command"
    for file in files:
        if file.offline:
            return _OFFLINE[0], file.path
    return "", ""


def has_endpoint(context: Context) -> bool:
    """Whether the user's own command hands HF_ENDPOINT on."""
    variables, files = _given(context)
    named = any(one.name == "HF_ENDPOINT" for one in variables)
    return named or any(file.endpoint for file in files)


def _given(context: Context) -> tuple[tuple[Variable, ...], tuple[EnvFile, ...]]:
    """Variables and files of variables of the user's own command; nothing without one."""
    given = context.known(given_command)
    return (given.variables, context.known(env_files) or ()) if given else ((), ())
