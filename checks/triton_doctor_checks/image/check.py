"""Judges the deployment's image: whether it is here or can be had, and has what the model needs."""

from __future__ import annotations

import re

from triton_doctor.api import (
    ASK,
    SAFE,
    SHOW,
    Answer,
    Answers,
    Context,
    FactUnavailable,
    Plan,
    Severity,
    command,
    found,
    gib,
    plan,
    setting,
    sound,
    unsure,
)
from triton_doctor.probes.image_content import SERVER, VLLM, image_content
from triton_doctor.probes.image_names import parse
from triton_doctor.probes.images import Images, images
from triton_doctor.probes.registry_image import RegistryImage, registry_image
from triton_doctor.probes.release import Release, release

_NGC, _MARK = "nvcr.io", "-vllm-python-py3"
_VLLM_IMAGE = "nvcr.io/nvidia/tritonserver:{tag}-vllm-python-py3"


def check(context: Context) -> Answers:
    context.start(images, release)
    seen = context.fact(images)
    known = context.fact(release)
    if seen.deployment.malformed:
        error, name = seen.deployment.malformed, seen.deployment.reference
        yield found("docker/bad-command", case="reference", error=error, where=name)
    elif not seen.deployment.present:
        yield from _absent(context, seen, known)
    elif seen.deployment.platform != seen.platform:
        yield _wrong_platform(context, seen.deployment.platform, seen.platform, seen.deployment.id)
    else:
        yield from _present(context, seen, known)


def _present(context: Context, seen: Images, known: Release) -> Answers:
    image = context.deployment.image
    try:
        content = context.fact(image_content)
    except FactUnavailable as error:
        yield unsure("content", image=image, error=error.reason)
        return
    yield from _release_note(context, known)
    other = _other(known, image, seen.deployment.id)
    if not content.server:
        yield found("wrong-variant", case="server", image=image, missing=SERVER, fix=other)
    elif not content.vllm:
        yield found("wrong-variant", image=image, missing=VLLM, fix=other)
    else:
        yield _sound(image, gib(seen.deployment.size), known)


def _sound(image: str, size: str, known: Release) -> Answer:
    if not known.known:
        return sound("unknown", image=image, size=size)
    name = parse(image)
    short = name.tag if name.is_triton and name.tag else image
    return sound(image=short, size=size, triton=known.triton, vllm=known.vllm)


def _release_note(context: Context, known: Release) -> Answers:
    """An image of NVIDIA's whose release is not in the table; others' own images have none."""
    if not known.known and (parse(context.deployment.image).is_triton or known.tag):
        newer = command("pip", "install", "--upgrade", "triton-doctor")
        image, newest = context.deployment.image, known.newest_known
        fix = plan("newer", SHOW, newer)
        yield found("unknown-release", image=image, newest=newest, fix=fix)


def _absent(context: Context, seen: Images, known: Release) -> Answers:
    image = context.deployment.image
    name = parse(image)
    if name.is_triton and not name.says_vllm:
        yield found(
            "wrong-variant",
            case="name",
            severity=Severity.WARNING,
            fix=_other(known, image),
            image=image,
            missing=_MARK,
        )
    if context.settings.offline:
        yield unsure("offline", image=image, fix=_pull(image))
        return
    answer = context.fact(registry_image)
    if answer.state == "unclear":
        yield unsure("registry", image=image, error=answer.error, fix=_pull(image))
    elif answer.state != "found":
        yield _refused(image, answer, known)
    elif answer.platforms and seen.platform not in answer.platforms:
        yield _wrong_platform(context, ", ".join(answer.platforms), seen.platform, None)
    else:
        yield from _release_note(context, known)
        yield _not_pulled(image, known)


def _refused(image: str, answer: RegistryImage, known: Release) -> Answer:
    """The registry will not give the image, or is not there."""
    if answer.state == "unreachable":
        return found(
            "network/registry-unreachable",
            registry=answer.registry,
            error=answer.error,
            where=answer.registry,
            fix=plan("look", SHOW, command("curl", "-sSI", f"https://{answer.registry}/v2/")),
        )
    if answer.state == "not-found":
        return found(
            "not-found", image=image, error=answer.error, where=image, fix=_meant(image, known)
        )
    limited = "toomanyrequests" in answer.error or "rate limit" in answer.error
    case = "rate-limit" if limited else "ngc" if answer.registry == _NGC else None
    return found(
        "pull-denied",
        case=case,
        where=image,
        fix=None if limited else plan("login", SHOW, command("docker", "login", answer.registry)),
        image=image,
        registry=answer.registry,
        error=answer.error,
    )


def _not_pulled(image: str, known: Release) -> Answer:
    if known.size is None:
        return found(
            "not-pulled", case="unknown-size", fix=_pull(image), image=image, size="?", unpacked="?"
        )
    gigabytes = round(known.size / 10**9)
    return found(
        "not-pulled",
        fix=_pull(image),
        image=image,
        size=f"{gigabytes} GB",
        unpacked=f"{2 * gigabytes} to {3 * gigabytes} GB",
    )


def _wrong_platform(context: Context, there: str, wanted: str, here: str | None) -> Answer:
    """here: id of the image of that name, which the right one takes the name from; None: none."""
    image = context.deployment.image
    back = ("docker", "tag", here, image) if here else ()
    pull = command("docker", "pull", "--platform", wanted, image, back=back)
    return found(
        "wrong-platform",
        case=None if here is None else "pulled",
        where=image,
        fix=None if here is None else plan("pull", ASK, pull, costs=["download", "minutes"]),
        image=image,
        found=there,
        wanted=wanted,
    )


def _pull(image: str) -> Plan:
    pull = command("docker", "pull", image, back=("docker", "image", "rm", image))
    return plan("pull", ASK, pull, costs=["download", "minutes"])


def _other(known: Release, image: str, here: str = "") -> Plan:
    """The variant with vLLM of the same release, or of the newest one that is known.

    An image of that very name, and without vLLM, is somebody's own: the registry has the real one.
    here: id of the image that is here.
    """
    other = _VLLM_IMAGE.format(tag=known.tag if known.known else known.newest_known)
    if other == image:
        back = ("docker", "tag", here, image) if here else ()
        pull = command("docker", "pull", image, back=back)
        return plan("pull", ASK, pull, costs=["download", "minutes"], other=image)
    return plan("variant", SAFE, setting("image", other), other=other)


def _meant(image: str, known: Release) -> Plan | None:
    """The tag that was meant: with the nought before the month, else the newest one with vLLM."""
    if not parse(image).is_triton:
        return None
    padded = re.sub(r":(\d\d)\.(\d)(?=\D|$)", r":\1.0\2", image)
    if padded != image:
        return plan("tag", SAFE, setting("image", padded), meant=padded)
    newest = _VLLM_IMAGE.format(tag=known.newest_known)
    return plan("tag", ASK, setting("image", newest), meant=newest) if newest != image else None
