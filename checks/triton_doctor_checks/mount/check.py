"""Judges whether the container sees the model repository as it is here: names, and a file's bytes.

That `ls` succeeds proves nothing: an engine in a virtual machine, a snap or on another host may
have an empty or another folder at the same path.
"""

from __future__ import annotations

from collections.abc import Iterable

from triton_doctor.api import (
    ASK,
    SHOW,
    Answer,
    Answers,
    Context,
    Plan,
    Severity,
    command,
    found,
    move,
    plan,
    setting,
    sound,
    unsure,
)
from triton_doctor.probes.container_view import ContainerView, container_view
from triton_doctor.probes.docker_engine import DockerEngine, docker_engine
from triton_doctor.probes.release import release
from triton_doctor.probes.system import system
from triton_doctor_checks.mount.forms import fault
from triton_doctor_checks.mount.rights import denied
from triton_doctor_checks.repository.scaffolding import whole

# Forms of a path of which it is plain which folder is meant.
_SURE = ("wsl", "windows", "msys", "quotes", "unexpanded", "colon", "backslash", "blank")
# What Docker Desktop says of a source that it may not show.
_NOT_SHARED = ("mounts denied", "not shared from", "drive is not shared")


def check(context: Context) -> Answers:
    context.start(container_view, system)
    view, engine = context.fact(container_view), context.fact(docker_engine)
    answer = _of_source(context, view) or _of_run(context, view, engine)
    if answer:
        yield answer
        return
    answer = denied(view, engine) or _of_contents(context, view, engine)
    if answer:
        yield answer
        return
    strays = list(_strays(context, view))
    yield from strays
    if not strays:
        yield _all_well(view)


def _of_source(context: Context, view: ContainerView) -> Answer | None:
    """What is wrong with the path itself, seen from here."""
    outside = view.outside
    if outside.trouble == "missing" and view.seen is None:
        wrong = fault(outside.given, outside.path, context.fact(system).kind)
        if wrong:
            case, better = wrong
            fix = plan("path", ASK, setting("repository", better), better=better)
            return found(
                "bad-path",
                where=outside.path,
                case=case,
                fix=fix if case in _SURE else None,
                path=outside.given,
                better=better,
            )
        if view.trouble in ("", "skipped"):
            made = whole(outside.given, context.deployment.model, context.known(release))
            return found("source-missing", where=outside.path, path=outside.path, fix=made)
    if outside.trouble == "file-above":
        return found("not-a-directory", where=outside.path, case="above", path=outside.path)
    if outside.trouble == "unreadable":
        return unsure("unreadable", path=outside.path, error=outside.error)
    if outside.kind in ("file", "other"):
        aside = plan("aside", SHOW, move(outside.given, f"{outside.given}.file"))
        return found("not-a-directory", where=outside.path, fix=aside, path=outside.path)
    return None


def _of_run(context: Context, view: ContainerView, engine: DockerEngine) -> Answer | None:
    """Why no container came to look, where none did."""
    if view.trouble == "no-image":
        image = context.settings.probe_image
        pull = command("docker", "pull", image, back=("docker", "image", "rm", image))
        return unsure("no-image", image=image, fix=plan("pull", ASK, pull, costs=["download"]))
    if view.trouble == "refused":
        return _refused(context, view, engine)
    if view.trouble:
        return unsure("silent", image=view.image, error=view.refusal)
    return None


def _refused(context: Context, view: ContainerView, engine: DockerEngine) -> Answer:
    """The daemon's own sentence about the mount, as a problem."""
    text, path, said = view.refusal.lower(), view.outside.path, [view.refusal]
    lacking = "bind source path does not exist" in text or (
        "no such file or directory" in text and path.lower() in text
    )
    if any(sign in text for sign in _NOT_SHARED) or (lacking and view.outside.trouble != "missing"):
        case = _place(context, engine)
        return found(
            "not-shared",
            case=case,
            where=path,
            evidence=said,
            fix=None if case else _restart(),
            path=path,
            engine=engine.endpoint,
        )
    if lacking:
        return found("source-missing", case="remote", path=path, where=path, evidence=said)
    if "permission denied" in text and path.lower() in text:
        return found(
            "permission-denied",
            case="daemon",
            where=path,
            evidence=said,
            path=path,
            user="root",
            error=view.refusal,
        )
    return unsure("refused", image=view.image, error=view.refusal)


def _place(context: Context, engine: DockerEngine) -> str | None:
    """Why the engine has other files than we: the case of mount/not-shared."""
    if engine.remote:
        return "remote"
    if context.fact(system).in_container:
        return "in-container"
    if engine.kind == "desktop":
        return "desktop"
    return "snap" if engine.snap else None


def _of_contents(context: Context, view: ContainerView, engine: DockerEngine) -> Answer | None:
    """Whether it is the same folder; what was not compared is not called the same."""
    seen, outside = view.seen, view.outside
    if outside.trouble == "denied":
        return unsure("closed", path=outside.path)
    if seen is None or outside.kind != "folder":
        return None
    if seen.error:
        return unsure("unlisted", path=outside.path, error=seen.error)
    if not seen.differs(outside):
        return None
    place = _place(context, engine)
    if not seen.names:
        return found(
            "empty",
            where=outside.path,
            case="snap" if place == "snap" else None,
            path=outside.path,
            count=outside.count,
            engine=engine.endpoint,
            evidence=[f"here: {_some(outside.names)}", "in the container: nothing"],
        )
    return found(
        "not-shared",
        where=outside.path,
        case=place if place in ("remote", "in-container") else "other",
        path=outside.path,
        engine=engine.endpoint,
        evidence=_difference(view),
        fix=None if place else _restart(),
    )


def _restart() -> Plan:
    """Only shown: that a disk was mounted after the engine had started is one reason of several."""
    again = command("systemctl", "restart", "docker", root=True)
    return plan("restart", SHOW, again, costs=["restart"])


def _difference(view: ContainerView) -> list[str]:
    """Names that only one side has, or the file whose bytes differ."""
    inside = set(view.seen.names) if view.seen else set()
    here = set(view.outside.names)
    if inside == here:
        return [f"{view.outside.sample}: other bytes in the container"]
    lines = []
    if here - inside:
        lines.append(f"only here: {_some(here - inside)}")
    if inside - here:
        lines.append(f"only in the container: {_some(inside - here)}")
    return lines


def _some(names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - 5} more" if len(ordered) > 5 else ""
    return ", ".join(ordered[:5]) + more


def _strays(context: Context, view: ContainerView) -> Answers:
    """Links out of the folder: they stop the server where a model that it is to load needs them."""
    for name, end in view.strays:
        plan = context.deployment
        needed = plan.loads_all or name.partition("/")[0] in plan.model
        yield found(
            "not-mounted",
            case="link",
            severity=None if needed else Severity.WARNING,
            where=f"{view.outside.path}/{name}",
            path=end,
            named=name,
        )


def _all_well(view: ContainerView) -> Answer:
    outside = view.outside
    if outside.kind != "folder":  # the engine's machine has it, and nothing here to compare with
        return sound("there", repository=outside.given, count=view.seen.count if view.seen else 0)
    case = {0: "none", 1: "one"}.get(outside.count, "default")
    return sound(case, repository=outside.given, count=outside.count)
