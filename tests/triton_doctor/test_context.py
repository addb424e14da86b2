"""Facts: asked once, bounded, saved and played back."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass

import pytest

from tests.fakes import FakeHost
from triton_doctor.api import Asking, Context, FactUnavailable, Probe, probe
from triton_doctor.deployment import Deployment, Settings


@dataclass(frozen=True)
class Weather:
    degrees: float
    winds: tuple[str, ...]


def make(**options: object) -> Context:
    return Context(FakeHost(), Deployment(), Settings(), **options)


def weather(calls: list[int]) -> Probe[Weather]:
    @probe("weather", doing="looking out of the window")
    def look(ask: Asking) -> Weather:
        calls.append(1)
        time.sleep(0.05)
        return Weather(21.5, ("north",))

    return look


@probe("weather", doing="looking out of the window")
def no_window(ask: Asking) -> Weather:
    raise ZeroDivisionError("no window")


def test_a_probe_is_asked_once_by_many_threads() -> None:
    calls: list[int] = []
    context, look = make(), weather(calls)
    seen: list[Weather] = []
    threads = [threading.Thread(target=lambda: seen.append(context.fact(look))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]
    assert seen == [Weather(21.5, ("north",))] * 8


def test_a_probe_that_hangs_is_given_up_after_its_time() -> None:
    forever = threading.Event()

    @probe("abyss", doing="looking into the abyss", timeout=0.1)
    def abyss(ask: Asking) -> Weather:
        forever.wait()
        raise AssertionError

    context = make()
    with pytest.raises(FactUnavailable, match=r"looking into the abyss: no answer within 0\.1 s"):
        context.fact(abyss)
    assert context.facts() == {}
    forever.set()


def test_a_probe_that_crashes_says_where() -> None:
    with pytest.raises(FactUnavailable, match=r"ZeroDivisionError: no window \(in test_context"):
        make().fact(no_window)


def test_a_probe_that_wants_to_end_the_program_gives_no_fact() -> None:
    @probe("cellar", doing="going down", timeout=60)
    def cellar(ask: Asking) -> Weather:
        raise SystemExit("no stairs")

    with pytest.raises(FactUnavailable, match=r"going down: SystemExit: no stairs"):
        make().fact(cellar)


def test_what_a_judgement_can_do_without_is_none_where_it_is_not_known() -> None:
    assert make().known(no_window) is None
    assert make().known(weather([])) == Weather(21.5, ("north",))


def test_facts_are_saved_and_played_back_without_asking_a_machine() -> None:
    calls: list[int] = []
    context, look = make(), weather(calls)
    context.fact(look)
    saved = json.loads(json.dumps(context.facts()))
    assert saved == {"weather": {"degrees": 21.5, "winds": ["north"]}}
    assert make(recorded=saved).fact(look) == Weather(21.5, ("north",))
    assert calls == [1]


def test_a_saved_fact_of_another_shape_is_told() -> None:
    with pytest.raises(FactUnavailable, match="saved otherwise"):
        make(recorded={"weather": {"degrees": "mild", "winds": []}}).fact(no_window)


def test_a_fact_that_was_not_saved_is_told() -> None:
    with pytest.raises(FactUnavailable, match="not in the saved facts"):
        make(recorded={}).fact(no_window)
