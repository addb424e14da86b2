"""Which account the deployment's token belongs to: asked where something turns on it."""

from __future__ import annotations

from typing import Any, Literal

from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.hub_door import Said, chosen, hub, sendable, spell, tried
from triton_doctor.record import Record

ANSWER, AFTER = 3.2, 1.6  # s: at once with the models, or after their answers
_NET = 60.0  # s; the limits above are kept by the question, and grow with --timeout

Unasked = Literal["", "offline", "no-token", "unfit"]


class HubAccount(Record, frozen=True):
    """unasked: why the Hub was not asked, empty if it was; trouble: how asking failed.

    role: of the token: read, write or fineGrained, empty where the Hub did not say. reads_gated: of
    a fine-grained one, whether it has the right to gated repositories. name, organisations and
    rights are kept only where `--show-account` asked for them.
    """

    unasked: Unasked = ""
    trouble: Said | None = None
    role: str = ""
    reads_gated: bool | None = None
    name: str = ""
    organisations: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()


@probe("hub-account", doing="asking the Hub whose token it is", timeout=_NET)
def hub_account(ask: Asking) -> HubAccount:
    """One question to /api/whoami-v2, which the Hub limits more strictly than any other."""
    token = chosen(ask).token
    if ask.settings.offline:
        return HubAccount("offline")
    if token is None:
        return HubAccount("no-token")
    if not sendable(token):
        return HubAccount("unfit")
    shown = ask.settings.show_account
    seconds = spell(ask, ANSWER if shown else AFTER)
    told = tried(lambda: hub(ask, token).whoami(seconds))
    return HubAccount(trouble=told) if isinstance(told, Said) else _read(told, shown)


def _read(told: dict[str, Any], shown: bool) -> HubAccount:
    token = _table(_table(told.get("auth")).get("accessToken"))
    fine = _table(token.get("fineGrained"))
    gated = fine.get("canReadGatedRepos")
    role = str(token.get("role") or "")
    if not shown:
        return HubAccount(role=role, reads_gated=gated if isinstance(gated, bool) else None)
    orgs = told.get("orgs") if isinstance(told.get("orgs"), list) else []
    return HubAccount(
        role=role,
        reads_gated=gated if isinstance(gated, bool) else None,
        name=str(told.get("name") or ""),
        organisations=tuple(str(_table(one).get("name") or "") for one in orgs or ()),
        rights=tuple(_rights(fine)),
    )


def _rights(fine: dict[str, Any]) -> list[str]:
    """`repo.content.read on acme/secret`, as the token's page has it."""
    rights = [str(one) for one in fine.get("global") or () if isinstance(one, str)]
    for scope in fine.get("scoped") or ():
        entity = str(_table(_table(scope).get("entity")).get("name") or "")
        names = [str(one) for one in _table(scope).get("permissions") or ()]
        rights += [f"{one} on {entity}" for one in names]
    return rights


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
