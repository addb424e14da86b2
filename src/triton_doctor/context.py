"""What a check is given: the deployment, the settings, and facts that are asked for once."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar, cast

from triton_doctor.deployment import Deployment, Settings
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import DockerTrouble, Host
from triton_doctor.probes.base import Asking, Probe
from triton_doctor.readings import Reading
from triton_doctor.record import Mutable, Record, field
from triton_doctor.redact import keep_secret

_SECRETS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "NGC_API_KEY", "NVIDIA_API_KEY")
F = TypeVar("F")
Listener = Callable[[str, Probe[Any]], None]
LogReader = Callable[[str], Reading]


class Untold(Record, frozen=True):
    """Why a probe gave no fact."""

    reason: str
    timed_out: bool = False


class _Slot(Mutable):
    """One probe's answer in the making."""

    probe: Probe[Any]
    started: float = field(default_factory=time.monotonic)
    done: threading.Event = field(default_factory=threading.Event)
    value: Any = None
    trouble: str = ""


class Context:
    """Facts of one run.

    Each probe runs at most once, in a daemon thread of its own, so that one that hangs costs only
    what asks for it. `recorded` facts are taken as they are, and no machine is asked; `untold` says
    why a probe gave none then.
    """

    def __init__(
        self,
        host: Host,
        deployment: Deployment,
        settings: Settings,
        *,
        recorded: Mapping[str, Any] | None = None,
        untold: Mapping[str, Untold] | None = None,
    ) -> None:
        self._host, self._deployment, self._settings = host, deployment, settings
        self._recorded, self._recorded_untold = recorded, dict(untold or {})
        if recorded is None:
            _keep_secrets(host, deployment)
        self._listen: Listener = lambda _event, _probe: None
        self._reader: LogReader | None = None
        self._slots: dict[str, _Slot] = {}
        self._lock = threading.Lock()

    @property
    def deployment(self) -> Deployment:
        return self._deployment

    @property
    def settings(self) -> Settings:
        return self._settings

    def fact(self, probe: Probe[F]) -> F:
        """The fact of a probe, asked for now if nobody has yet.

        Raises FactUnavailable where the probe crashed, ran out of time or lacked its own ground.
        """
        if self._recorded is not None:
            return self._replay(probe)
        slot = self._slot(probe)
        left = slot.started + probe.timeout - time.monotonic()
        if not slot.done.wait(max(0.0, left)):
            reason = f"{probe.doing}: no answer within {probe.timeout:g} s"
            raise FactUnavailable(probe.name, reason, timed_out=True)
        if slot.trouble:
            raise FactUnavailable(probe.name, f"{probe.doing}: {slot.trouble}")
        return cast("F", slot.value)

    def known(self, probe: Probe[F]) -> F | None:
        """The fact of a probe, or None where there is none: for what a judgement can do without."""
        try:
            return self.fact(probe)
        except FactUnavailable:
            return None

    def now(self) -> float:
        """Seconds since the epoch, by the machine's clock."""
        return self._host.now()

    def hand(self, probe: Probe[F], value: F) -> None:
        """Give a probe's fact instead of asking for it: what the user has said, not the machine."""
        slot = _Slot(probe, value=value)
        slot.done.set()
        with self._lock:
            self._slots[probe.name] = slot

    def settle(self, probe: Probe[Any], seconds: float) -> None:
        """Wait for a probe to be answered, well or not, for so long and no longer."""
        if self._recorded is None:
            self._slot(probe).done.wait(seconds)

    def listen(self, listener: Listener) -> None:
        """Tell of each probe that it is being asked, those under way included, and answered."""
        with self._lock:
            self._listen = listener
            under_way = [slot.probe for slot in self._slots.values() if not slot.done.is_set()]
        for probe in under_way:
            listener("asking", probe)

    def reads_logs(self, reader: LogReader) -> None:
        """Give the context what reads logs; it lives in rooms that this one does not see."""
        self._reader = reader

    def read_log(self, text: str) -> Reading:
        """The causes that a log shows, by the signatures of all areas."""
        return self._reader(text) if self._reader else Reading((), None, 0)

    def start(self, *probes: Probe[Any]) -> None:
        """Let probes begin without waiting for them."""
        if self._recorded is None:
            for probe in probes:
                self._slot(probe)

    def facts(self) -> dict[str, Any]:
        """Everything learned so far as plain values, by the probes' names."""
        import msgspec

        if self._recorded is not None:
            return dict(self._recorded)
        with self._lock:
            known = {name: slot for name, slot in self._slots.items() if slot.done.is_set()}
        return {
            name: msgspec.to_builtins(slot.value)
            for name, slot in sorted(known.items())
            if not slot.trouble
        }

    def untold(self) -> dict[str, Untold]:
        """Why probes that were asked gave no fact, by their names."""
        if self._recorded is not None:
            return dict(self._recorded_untold)
        with self._lock:
            slots = sorted(self._slots.items())
        found = {name: Untold(slot.trouble) for name, slot in slots if slot.trouble}
        late = {
            name: Untold(f"no answer within {slot.probe.timeout:g} s", timed_out=True)
            for name, slot in slots
            if not slot.done.is_set()
        }
        return {**found, **late}

    def _slot(self, probe: Probe[Any]) -> _Slot:
        with self._lock:
            if probe.name in self._slots:
                return self._slots[probe.name]
            slot = self._slots[probe.name] = _Slot(probe)
        threading.Thread(
            target=self._run, args=(probe, slot), name=f"probe {probe.name}", daemon=True
        ).start()
        return slot

    def _run(self, probe: Probe[Any], slot: _Slot) -> None:
        self._listen("asking", probe)
        try:
            slot.value = probe.ask(_Machine(self, self._host))
        except FactUnavailable as error:
            slot.trouble = error.reason
        except DockerTrouble as error:
            slot.trouble = error.text
        except BaseException as error:  # noqa: BLE001 - a stranger's SystemExit too: no fact came
            slot.trouble = f"{_last_line(error)} (in {_place(error)})"
        finally:
            slot.done.set()
            self._listen("answered", probe)

    def _replay(self, probe: Probe[F]) -> F:
        import msgspec

        recorded = self._recorded or {}
        told = self._recorded_untold.get(probe.name)
        if told is not None:
            reason = f"{probe.doing}: {told.reason}"
            raise FactUnavailable(probe.name, reason, timed_out=told.timed_out)
        if probe.name not in recorded:
            raise FactUnavailable(probe.name, f"{probe.doing}: not in the saved facts")
        try:
            return cast("F", msgspec.convert(recorded[probe.name], probe.returns))
        except msgspec.ValidationError as error:
            raise FactUnavailable(probe.name, f"{probe.doing}: saved otherwise: {error}") from None


class _Machine(Record, frozen=True):
    """What a probe sees: the context, and the machine that checks do not see."""

    context: Context
    host: Host

    @property
    def deployment(self) -> Deployment:
        return self.context.deployment

    @property
    def settings(self) -> Settings:
        return self.context.settings

    def fact(self, probe: Probe[F]) -> F:
        return self.context.fact(probe)

    def known(self, probe: Probe[F]) -> F | None:
        return self.context.known(probe)

    def start(self, *probes: Probe[Any]) -> None:
        self.context.start(*probes)


def asking(context: Context, host: Host) -> Asking:
    """The machine as a probe sees it, for a use case that asks it something of its own."""
    return _Machine(context, host)


def _keep_secrets(host: Host, deployment: Deployment) -> None:
    """Whatever this run goes on to show, the tokens of its environment are not in it."""
    for name in (deployment.token_env, *_SECRETS):
        with suppress(LookupError):  # a machine written down may never have been asked for it
            keep_secret(host.env(name) or "")


def _last_line(error: BaseException) -> str:
    return traceback.format_exception_only(type(error), error)[-1].strip()


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"


_: type[Asking] = _Machine  # a probe's view keeps the promise that probes rely on
