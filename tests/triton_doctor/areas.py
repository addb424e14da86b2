"""Small made-up areas and checks for tests of the house, which knows no single problem."""

from __future__ import annotations

from collections.abc import Callable

from tests.fakes import FakeHost
from triton_doctor.api import Answers, Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.knowledge.catalogue import Catalogue, read_area
from triton_doctor.registry import LoadedCheck

WORDS = """
[check]
title = "The {area}"
needs = {needs}
finds = {finds}
healthy = "{area} is {{state}}"

[unknown.dark]
facts = ["place"]
reason = "It is dark in {{place}}"
remedy = "Light a lamp."

[problem.leak]
severity = "error"
facts = {{ depth = "3 cm" }}
title = "There is {{depth}} of water"
why = "Shoes get wet."
remedy = "Close the tap."
blocks = true
[problem.leak.case.flood]
title = "A flood of {{depth}}"
[problem.leak.fix]
tap = "Close the tap {{side}}"

[problem.draught]
severity = "warning"
aliases = ["{area}/wind"]
title = "A window is open"
why = "It is cold."
remedy = "Shut it."
"""


def area_words(area: str, needs: tuple[str, ...] = (), finds: tuple[str, ...] = ()) -> bytes:
    return WORDS.format(area=area, needs=list(needs), finds=list(finds)).encode()


class House:
    """Checks by area, in the order in which they were added, and the catalogue of their words."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.checks: list[LoadedCheck] = []

    def add(
        self,
        area: str,
        function: Callable[[Context], Answers],
        needs: tuple[str, ...] = (),
        finds: tuple[str, ...] = (),
    ) -> House:
        read = read_area(area, area_words(area, needs, finds), f"{area}/check.toml")
        self.catalogue.areas[area] = read
        self.checks.append(LoadedCheck(read.check, lambda: function))
        return self


def context() -> Context:
    return Context(FakeHost(), Deployment(), Settings())
