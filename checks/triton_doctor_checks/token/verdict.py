"""What the Hub's answers about one model come to. Pure.

Statuses, codes and sentences as the Hub gives them; the one about a rejected request is not
observed, and is known by its one sure word.
"""

from __future__ import annotations

from typing import Literal

from triton_doctor.probes.hub_door import Said
from triton_doctor.probes.hub_models import HubModel

Verdict = Literal[
    "readable",  # its files may be read
    "invalid",  # the token is none that the Hub knows
    "gated",  # its files are for accounts only that accepted its terms, and no token was sent
    "terms",  # the token's account has not accepted them
    "pending",  # it has asked, and its authors have not answered
    "rejected",  # its authors have refused it
    "fine-grained",  # the token lacks the right to gated repositories
    "refused",  # it may not be read, for a reason that is not known here
    "disabled",  # the Hub has switched the model off
    "unknown",  # there is none of that name, or it is private to others
    "hidden",  # the same, and no token was sent
    "revision",  # the model is there, and the revision is not
    "limited",  # too many questions were asked from here
    "untold",  # the Hub did not say
]
_GATE, _LIMIT, _NO_WAY_IN = "GatedRepo", 429, (401, 403)
# By a part of the sentence that goes with a 403, in this order.
_SENTENCES: list[tuple[str, Verdict]] = [
    ("awaiting", "pending"),
    ("reject", "rejected"),
    ("fine-grained", "fine-grained"),
    ("disabled", "disabled"),
]


def verdict(model: HubModel) -> Verdict:
    """What the two answers about it say together."""
    for one in (model.access, model.info):
        if one is not None and one.of_the_token:
            return "invalid"
    if model.unknown:
        return "unknown" if model.sent not in ("none", "unfit") else "hidden"
    if model.access is not None:
        return _refused(model.access)
    if model.info is not None and model.info.code == "RevisionNotFound":
        return "revision"
    if model.info is not None and model.info.of_the_way:
        return "untold"
    # Whether its files may be read is known; that its metadata were not told does not matter.
    return "readable"


def refusal(model: HubModel) -> Said | None:
    """The answer that the verdict is about."""
    return model.access or model.info


def _refused(answer: Said) -> Verdict:
    if answer.kind != "answer":
        return "untold"
    if answer.status == _LIMIT:
        return "limited"
    if answer.status not in _NO_WAY_IN:
        return "untold"
    if answer.status == 401:
        return "gated" if answer.code == _GATE else "untold"
    text = answer.text.lower()
    told = next((told for part, told in _SENTENCES if part in text), None)
    return told or ("terms" if answer.code == _GATE else "refused")
