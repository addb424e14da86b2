"""What a probe is, and what it may ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.protocol import Host
from triton_doctor.record import Record

F = TypeVar("F")


class Probe(Record, Generic[F], frozen=True):
    """A question by name. timeout: seconds after which its fact counts as not to be had."""

    name: str
    ask: Callable[[Asking], F]
    timeout: float
    doing: str

    @property
    def returns(self) -> Any:
        """The type of the fact, for reading a saved one back."""
        from typing import get_type_hints

        return get_type_hints(self.ask)["return"]


class Asking(Protocol):
    """What a probe is given."""

    @property
    def host(self) -> Host: ...
    @property
    def deployment(self) -> Deployment: ...
    @property
    def settings(self) -> Settings: ...
    def fact(self, probe: Probe[F]) -> F: ...
    def known(self, probe: Probe[F]) -> F | None: ...
    def start(self, *probes: Probe[Any]) -> None: ...


def probe(
    name: str, *, doing: str, timeout: float = 5.0
) -> Callable[[Callable[[Asking], F]], Probe[F]]:
    """Make a function a probe.

    name: the key under which its fact is saved, as in `docker-engine`; doing: what is shown while
    it is under way, as in `asking the Docker engine`; timeout: seconds.
    """

    def wrap(function: Callable[[Asking], F]) -> Probe[F]:
        return Probe(name, function, timeout, doing)

    return wrap
