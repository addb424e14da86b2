"""All that is known of the token, and the finding that there is none for the server."""

from __future__ import annotations

from typing import Any

from triton_doctor.api import Answer, Context, Plan, Record, Severity, found
from triton_doctor.probes.hub_models import HubModels
from triton_doctor.probes.shell import Shell
from triton_doctor.probes.token import Token
from triton_doctor.probes.token_reach import TokenReach
from triton_doctor_checks.token.models import answered
from triton_doctor_checks.token.verdict import verdict
from triton_doctor_checks.token.wanted import Wanted


class Scene(Record, frozen=True):
    """reach: None where Docker does not tell; hub: None where the Hub could not even be asked."""

    context: Context
    fact: Token
    needs: Wanted
    shell: Shell
    reach: TokenReach | None
    hub: HubModels | None

    @property
    def ask(self) -> str:
        """The command that asks for a token in this shell."""
        return self.shell.ask_variable(self.context.deployment.token_env)

    @property
    def open(self) -> bool:
        """A token is not what is missing: what the Hub says of the models is not about one."""
        return self._all("readable", "revision", "disabled") and not self.needs.unread

    @property
    def hidden(self) -> bool:
        """The Hub shows some models to nobody without a token: absent ones, or private."""
        return self._all("readable", "revision", "disabled", "hidden")

    def _all(self, *what: str) -> bool:
        if self.hub is None or not answered(self.hub) or self.hub.more:
            return False
        return all(verdict(one) in what for one in self.hub.models)


def lost(
    scene: Scene, case: str | None, there: str, severity: Severity, fix: Plan | None = None
) -> Answer:
    """token/missing in one of its cases. there: the place that the case speaks of."""
    variable, needs, typed = scene.context.deployment.token_env, scene.needs, scene.shell
    from_file = case == "file"
    values: dict[str, Any] = {
        "model": needs.first if needs.hub else "",
        "variable": variable,
        "there": there,
        "command": typed.variable_from_file(variable, there) if from_file else scene.ask,
        "read": typed.read_variable(variable),
    }
    return found("missing", case=case, severity=severity, where=variable, fix=fix, **values)
