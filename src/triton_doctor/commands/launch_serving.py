"""After READY: the smoke request, and whether it holds."""

from __future__ import annotations

from triton_doctor.commands.launch_answer import model_to_ask, shown, smoke
from triton_doctor.commands.launch_bench import Desk
from triton_doctor.commands.launch_causes import from_log, once
from triton_doctor.commands.launch_look import errors
from triton_doctor.commands.launch_trial import Trial
from triton_doctor.context import Context
from triton_doctor.launching.asking import Failure
from triton_doctor.launching.outcome import Died, Lost, Ready
from triton_doctor.lines import line
from triton_doctor.report.launch_json import Launched

_BROKEN = ("refused", "lost", "broken")  # kinds of failure that an end of the server gives
_SOON = 3.0  # s in which the engine tells of such an end


def asked(
    desk: Desk, trial: Trial, ready: Ready, seen: Launched, patience: float
) -> Died | Lost | None:
    """Ask the model something; how the server ended where it did, else None.

    What came of it is in `seen`: an answer, a failure, and the causes of it.
    """
    model = model_to_ask(desk.host, ready.address, trial.deployment)
    if not model:
        desk.say("no-model", "warning")
        return None
    prompt = desk.phrases("launch", "prompt")
    desk.tell([line()])
    desk.say("ask", "strong", model=model, prompt=prompt)
    desk.tell([line()])
    write = shown if not desk.screen.quiet else lambda _piece: None
    answered = smoke(ready.address, model, prompt, patience, write)
    seen.model, seen.answer = model, answered.text
    seen.first_token_s = answered.first_token_s
    if answered.text and not desk.screen.quiet:
        shown("\n")
    failure = answered.failure
    if failure is None:
        first = answered.first_token_s or answered.seconds
        desk.tell(desk.text.answered(first, answered.seconds))
        return None
    seen.failure = failure.text or failure.kind
    end = trial.watch.ended(_SOON) if trial.watch and failure.kind in _BROKEN else None
    if end is None:
        desk.say("no-answer", "error", text=seen.failure)
        _why(desk, trial, failure, seen)
    return end


def _why(desk: Desk, trial: Trial, failure: Failure, seen: Launched) -> None:
    """What stopped the model, from the log and the machine; else why this request failed."""
    from triton_doctor.commands.ask_failure import explain

    desk.look.after = True
    settings = desk.layers.resolve()[1]
    log = trial.log().decode("utf-8", "replace")
    found = [*from_log(log, trial.deployment, settings.lang), *errors(desk.look())]
    seen.dead = bool(found)
    if not found:
        context = Context(desk.host, trial.deployment, settings)
        url = f"http://{seen.address}"
        found = list(explain(failure, url, seen.model, context, desk.host).findings)
    seen.causes = once(found)
