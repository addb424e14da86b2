"""Judges whether the token that is set here is the one that the container has."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.api import Answer, Severity, found, sound
from triton_doctor.probes.release import release
from triton_doctor.probes.token_reach import TokenReach
from triton_doctor_checks.token.form import fault
from triton_doctor_checks.token.scene import Scene, lost

# The releases whose huggingface_hub may be older than 0.19, the first one to read HF_TOKEN.
_OLD = ("23.10", "23.11", "23.12")
_NEW_NAME = "HF_TOKEN"


def on_the_way(scene: Scene) -> Iterator[Answer]:
    """A token that is set here, and is lost or exchanged before it reaches the server."""
    if scene.shell.kind in ("powershell", "cmd"):
        yield lost(scene, "other-shell", "", Severity.NOTE)
    reach = scene.reach
    if reach is None or not reach.container or not scene.needs.hub:
        return
    if not reach.passed:
        yield lost(scene, "container", reach.container, Severity.WARNING)
    elif reach.same is False:
        yield _changed(scene, reach, None)
    else:
        yield from in_container(scene, reach)
        if reach.same:
            yield sound("reached", there=reach.container, variable=reach.passed[0].name)


def in_container(scene: Scene, reach: TokenReach) -> Iterator[Answer]:
    """The tokens that the container was made with: their form, and which one counts."""
    old = _old_image(scene)
    for one in reach.passed[:1]:
        case, severity = fault(one.shape)
        if case is not None and severity is Severity.ERROR:
            name = f"{one.name} in the container {reach.container}"
            yield found("invalid", case=case, where=reach.container, source=name, command=scene.ask)
    if reach.differ:
        yield _changed(scene, reach, "two-old" if old else "two")
    elif old and [one.name for one in reach.passed] == [_NEW_NAME]:
        yield _changed(scene, reach, "unread")


def _changed(scene: Scene, reach: TokenReach, case: str | None) -> Answer:
    severity = Severity.NOTE if case == "unread" else None
    return found(
        "changed", case=case, severity=severity, where=reach.container,
        there=reach.container, variable=scene.context.deployment.token_env,
    )  # fmt: skip


def _old_image(scene: Scene) -> bool:
    image = scene.context.known(release)
    return image is not None and image.tag in _OLD
