"""Where a Hugging Face token is set on this machine, and what form it has: never the token."""

from __future__ import annotations

from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.hub_door import VARIABLES
from triton_doctor.probes.token_shape import Shape, shape
from triton_doctor.record import Record
from triton_doctor.redact import keep_secret

_LIMIT = 16 * 1024


class Source(Record, frozen=True):
    """A place that may hold a token. name: of the variable, or the file's path, ~ for the home."""

    name: str
    shape: Shape

    @property
    def present(self) -> bool:
        return self.shape.length != "empty"


class Token(Record, frozen=True):
    """The places that exist. asked: the deployment's variable, None where it is not set at all.

    others: variables that huggingface_hub would read here and the deployment does not pass on.
    file: what lies at home, where `hf auth login` puts the token. given: the deployment's own token
    file, which goes before the variable. mounted: a token file lies in the host folder that
    the deployment mounts as cache. sudo: the doctor runs under sudo, which drops variables.
    """

    asked: Source | None
    others: tuple[Source, ...] = ()
    file: Source | None = None
    given: Source | None = None
    home: str = "~/.cache/huggingface/token"
    mounted: bool = False
    sudo: bool = False


@probe("token", doing="looking for a Hugging Face token")
def token(ask: Asking) -> Token:
    """Variables and token file, by huggingface_hub's own rules."""
    asked, given = ask.deployment.token_env, ask.deployment.token_file
    path = _token_path(ask)
    others = [_variable(ask, name) for name in VARIABLES if name != asked]
    return Token(
        asked=_variable(ask, asked),
        others=tuple(one for one in others if one is not None),
        file=_file(ask, path),
        given=_file(ask, ask.host.absolute(given)) if given else None,
        home=_named(ask, path),
        mounted=_mounted(ask),
        sudo=bool(ask.host.env("SUDO_USER")),
    )


def _variable(ask: Asking, name: str) -> Source | None:
    value = ask.host.env(name)
    keep_secret(value or "")
    return None if value is None else Source(name, shape(value))


def _token_path(ask: Asking) -> str:
    """HF_TOKEN_PATH, else token in HF_HOME, else in the cache folder of the user."""
    env = ask.host.env
    given = env("HF_TOKEN_PATH")
    if given:
        return ask.host.absolute(given)
    cache = env("XDG_CACHE_HOME") or f"{ask.host.home()}/.cache"
    return ask.host.absolute(env("HF_HOME") or f"{cache}/huggingface") + "/token"


def _file(ask: Asking, path: str) -> Source | None:
    try:
        if ask.host.stat(path).kind != "file":
            return None
        value = ask.host.read(path, _LIMIT).decode("utf-8", "replace")
    except OSError:
        return None
    keep_secret(value)
    # The line end that every editor writes is no fault.
    return Source(_named(ask, path), shape(value.rstrip("\r\n")))


def _named(ask: Asking, path: str) -> str:
    """The path as a person writes it, with ~ for the home."""
    home = ask.host.home()
    return "~" + path[len(home) :] if path.startswith(home + "/") else path


def _mounted(ask: Asking) -> bool:
    """A cache volume that is a path is a folder of this machine, token file included."""
    cache = ask.deployment.cache_volume
    if not cache.startswith(("/", "~", ".")):
        return False
    found = _file(ask, ask.host.absolute(cache).rstrip("/") + "/token")
    return found is not None and found.present
