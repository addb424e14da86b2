"""What vLLM took of the GPU's memory in a launch, beside what was foreseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triton_doctor.commands.launch_bench import Desk
from triton_doctor.commands.launch_trial import Trial
from triton_doctor.context import Context
from triton_doctor.errors import FactUnavailable
from triton_doctor.report.launch_json import Launched

if TYPE_CHECKING:
    from triton_doctor.fitting.fitted import Fitted


def show_memory(desk: Desk, trial: Trial, seen: Launched) -> None:
    """Where the server's log has such figures; most of the time it costs the reading of that."""
    context = Context(desk.host, trial.deployment, desk.layers.resolve()[1])
    seen.memory = memory(context, trial.log())
    if seen.memory:
        from triton_doctor.report.fit_text import FitText

        desk.tell(FitText(desk.phrases, desk.screen.width, drawn=False).compared(seen.memory))


def memory(context: Context, log: bytes) -> Fitted | None:
    """None where the log has no figures, or nothing can be set beside them.

    A log of several engines does not say whose figures are whose.
    """
    from triton_doctor.fitting.fitted import asked, beside, fitted
    from triton_doctor.fitting.logged import arguments, logged
    from triton_doctor.probes.fit_facts import held, here, on_idle_cards
    from triton_doctor.probes.release import release
    from triton_doctor.probes.weights import weights

    told = logged(log.decode("utf-8", "replace").splitlines())
    if told.empty:
        return None
    try:
        known = context.fact(weights).checkpoints
        vllm = told.version or context.fact(release).vllm
    except FactUnavailable:
        return None
    on = here(context)
    if len(known) != 1 or known[0].config is None or not on:
        return None
    (one,) = known
    values = {**one.arguments, **arguments(told)}
    # The server holds its memory by now: what was free before is the whole card at best.
    question = beside(asked(held(one), values, on_idle_cards(on), vllm), told)
    found = fitted(one.model, one.where, question, told)
    return None if found.estimate.verdict == "unknown" else found
