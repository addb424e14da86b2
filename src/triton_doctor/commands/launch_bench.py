"""What a launch works with: the machine, the person, the words, and the tools of repair."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from triton_doctor.commands.diagnose import text_report
from triton_doctor.commands.fix_deciders import Unattended, Wizard
from triton_doctor.commands.fix_rounds import Bench, Decider, Rounds
from triton_doctor.commands.fix_token import TokenAsking
from triton_doctor.commands.launch_look import Look, OnlyErrors, launcher_of
from triton_doctor.commands.launch_show import Show
from triton_doctor.commands.launch_trial import Place
from triton_doctor.commands.screen import Screen, somebody_is_there
from triton_doctor.context import Context, asking
from triton_doctor.fixing.carry import Carrier
from triton_doctor.fixing.journal import Journal, journal_folder
from triton_doctor.host.hands import LocalHands
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.lines import Line
from triton_doctor.model import Report
from triton_doctor.probes.docker_endpoint import resolve
from triton_doctor.probes.system import system
from triton_doctor.record import Record
from triton_doctor.registry import load_catalogue
from triton_doctor.repairs import Applicability
from triton_doctor.report.as_text import TextReport
from triton_doctor.report.fix_text import FixText
from triton_doctor.report.launch_text import LaunchText
from triton_doctor.settings import Layers

Yes = Literal["safe", "ask"] | None


class Desk(Record, frozen=True):
    """rounds: repairs, None where none may be made; person: somebody is there to be asked."""

    host: Host
    layers: Layers
    screen: Screen
    phrases: Phrases
    text: LaunchText
    show: Show
    look: Look
    rounds: Rounds | None
    person: bool

    def tell(self, lines: Iterable[Line]) -> None:
        self.screen.write(lines)

    def say(self, key: str, style: str = "", **values: object) -> None:
        self.tell(self.text.say(key, style, **values))

    def examined(self) -> Report:
        return self.rounds.run() if self.rounds else self.look()

    def whole(self, report: Report) -> TextReport:
        settings = self.layers.resolve()[1]
        return text_report(report, settings, self.host, self.screen.width)

    def place(self) -> Place:
        context = Context(self.host, *self.layers.resolve())
        ask = asking(context, self.host)
        seen = context.known(system)
        within = seen is not None and seen.in_container
        return Place(
            launcher=launcher_of(context, self.host),
            host=self.host,
            engine=resolve(ask).endpoint.url,
            within=within,
            environ=self.layers.environ,
        )


def desk(hosts: Callable[[], Host], host: Host, layers: Layers, yes: Yes, *, changes: bool) -> Desk:
    """changes: whether anything may be changed at all."""
    settings = layers.resolve()[1]
    screen = Screen(quiet=settings.format == "json")
    say = phrases(settings.lang)
    person = somebody_is_there() and not screen.quiet
    look = Look(hosts, layers, screen)
    text = FixText(say, screen.width)
    rounds: Rounds | None = None
    decider = _decider(yes, text, screen, person=person)
    if changes and decider:
        bench = _bench(host, layers, screen, say, look, person=person)
        rounds = Rounds(bench, OnlyErrors(decider))
    return Desk(
        host=host,
        layers=layers,
        screen=screen,
        phrases=say,
        text=LaunchText(say, screen.width),
        show=Show(screen, say),
        look=look,
        rounds=rounds,
        person=person,
    )


def _decider(yes: Yes, text: FixText, screen: Screen, *, person: bool) -> Decider | None:
    if yes:
        return Unattended(Applicability(yes), text, screen.write)
    return Wizard(text, screen.write) if person else None


def _bench(
    host: Host, layers: Layers, screen: Screen, say: Phrases, look: Look, *, person: bool
) -> Bench:
    text = FixText(say, screen.width)
    carrier = Carrier(
        LocalHands(interactive=person),
        Journal(journal_folder(host)),
        lambda command: screen.write(text.doing(command)),
    )
    carrier.sweep()  # what a doctor that was killed has left half made
    asks = _secret if person else None
    return Bench(
        layers=layers,
        host=host,
        checks=[one.check for one in load_catalogue(layers.resolve()[1].lang).checks],
        look=look,
        carrier=carrier,
        tokens=TokenAsking(host, say, asks, screen.write, screen.width),
        text=text,
        write=screen.write,
    )


def _secret(message: str) -> str:
    from triton_doctor.ui import asking as person

    return person.secret(message)
