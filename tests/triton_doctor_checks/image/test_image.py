"""Verdicts about the deployment's image."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from triton_doctor.deployment import DEFAULT_IMAGE
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.image_content import ImageContent
from triton_doctor.probes.images import Images, ImageSeen
from triton_doctor.probes.registry_image import RegistryImage
from triton_doctor.probes.release import Release
from triton_doctor.repairs import Command

PROBE = ImageSeen("ubuntu:24.04", present=False)
KNOWN = Release(
    DEFAULT_IMAGE,
    known=True,
    tag="25.06",
    newest_known="26.08",
    triton="2.59.0",
    vllm="0.9.0rc1",
    size=10 * 10**9,
)
UNKNOWN = Release("x", known=False, newest_known="26.08")


def here(name: str = DEFAULT_IMAGE, platform: str = "linux/amd64", **values: Any) -> Images:
    size = int(10.2 * 2**30)
    seen = ImageSeen(name, present=True, size=size, platform=platform, **values)
    return Images("linux/amd64", seen, PROBE)


def absent(name: str = DEFAULT_IMAGE, **values: Any) -> Images:
    return Images("linux/amd64", ImageSeen(name, present=False, **values), PROBE)


def judged(
    seen: Images, known: Release = KNOWN, offline: bool = False, **facts: Any
) -> JudgeResult:
    told = {"images": seen, "release": known} | {
        name.replace("_", "-"): fact for name, fact in facts.items()
    }
    settings, image = {"offline": offline}, seen.deployment.reference
    return judge("image", facts=told, settings=settings, deployment={"image": image})


def said(
    state: Any, error: str = "", platforms: tuple[str, ...] = (), registry: str = "nvcr.io"
) -> Any:
    return RegistryImage(registry, state, error, platforms)


def test_the_guides_image_in_one_line() -> None:
    result = judged(here(), image_content=ImageContent(server=True, vllm=True))
    assert result.outcome is Outcome.PASSED
    assert result.healthy == (
        "25.06-vllm-python-py3 is here (10.2 GiB): Triton 2.59.0, vLLM 0.9.0rc1"
    )


def test_an_own_image_that_has_it_all() -> None:
    full = ImageContent(server=True, vllm=True)
    result = judged(here("me/own:1"), UNKNOWN, image_content=full)
    assert (result.ids, result.outcome) == ([], Outcome.PASSED)
    assert "me/own:1 is here" in result.healthy


def test_a_release_that_is_newer_than_the_table() -> None:
    """image/unknown-release, a note beside a good image."""
    name = "nvcr.io/nvidia/tritonserver:27.01-vllm-python-py3"
    full = ImageContent(server=True, vllm=True)
    result = judged(here(name), UNKNOWN, image_content=full)
    assert (result.only().problem, result.only().severity) == (
        "image/unknown-release",
        Severity.NOTE,
    )


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (ImageContent(server=True, vllm=False), "has no vLLM in it"),
        (ImageContent(server=False, vllm=False), "has no Triton server in it"),
    ],
)
def test_what_is_in_the_image_counts_and_not_its_name(content: ImageContent, title: str) -> None:
    """image/wrong-variant, although the tag says vllm."""
    finding = judged(here(), image_content=content).only()
    assert (finding.problem, finding.severity) == ("image/wrong-variant", Severity.ERROR)
    assert title in finding.title
    assert finding.fix
    assert finding.fix.steps[0].argv[:2] == ("docker", "pull")


def test_an_image_that_could_not_be_looked_into_is_not_green() -> None:
    result = judged(here())
    assert (result.outcome, result.healthy) == (Outcome.COULD_NOT_TELL, "")


def test_an_image_for_another_processor() -> None:
    """image/wrong-platform, for an image that is here and for one that is not."""
    finding = judged(here(platform="linux/arm64")).only()
    assert finding.problem == "image/wrong-platform"
    assert finding.fix
    assert "--platform linux/amd64" in finding.fix.steps[0].show
    named = judged(here(platform="linux/arm64", id="sha256:1")).only()
    assert named.fix
    assert named.fix.steps[0].act == Command(
        ("docker", "pull", "--platform", "linux/amd64", DEFAULT_IMAGE),
        back=("docker", "tag", "sha256:1", DEFAULT_IMAGE),
    )
    far = judged(absent(), registry_image=said("found", platforms=("linux/arm64",))).only()
    assert (far.problem, far.fix) == ("image/wrong-platform", None)


def test_an_image_that_can_be_had() -> None:
    """image/not-pulled, with what is to come."""
    finding = judged(absent(), registry_image=said("found", platforms=("linux/amd64",))).only()
    assert (finding.problem, finding.severity) == ("image/not-pulled", Severity.NOTE)
    assert "about 10 GB" in finding.title
    assert "20 to 30 GB" in finding.why
    unknown = judged(absent("me/own:1"), UNKNOWN, registry_image=said("found")).only()
    assert "GB" not in unknown.title


@pytest.mark.parametrize(
    ("answer", "problem", "words"),
    [
        (said("not-found", "manifest unknown"), "image/not-found", "no tag `latest`"),
        (said("denied", "unauthorized"), "image/pull-denied", "docker logout nvcr.io"),
        (said("denied", "denied", registry="r.example"), "image/pull-denied", "login r.example"),
        (said("denied", "toomanyrequests: limit"), "image/pull-denied", "docker login\n"),
        (said("unreachable", "no such host"), "network/registry-unreachable", "nvcr.io"),
    ],
)
def test_an_image_that_cannot_be_had(answer: Any, problem: str, words: str) -> None:
    finding = judged(absent(), registry_image=answer).only()
    assert finding.problem == problem
    assert words in finding.remedy
    assert answer.error in finding.why


def test_an_answer_that_says_neither_is_not_judged() -> None:
    result = judged(absent(), registry_image=said("unclear", "502 Bad Gateway"))
    assert (result.ids, result.outcome) == ([], Outcome.COULD_NOT_TELL)


def test_offline_the_registry_is_not_asked() -> None:
    result = judged(absent(), offline=True)  # no fact of the registry: asking would say so
    assert result.outcome is Outcome.COULD_NOT_TELL
    assert "offline" in result.doubts[0].reason
    assert result.doubts[0].fix
    assert result.doubts[0].fix.steps[0].show == f"docker pull {DEFAULT_IMAGE}"


def test_a_variant_without_vllm_is_told_by_its_name_before_it_is_pulled() -> None:
    name = "nvcr.io/nvidia/tritonserver:25.06-py3"
    result = judged(absent(name), offline=True)
    assert (result.only().problem, result.only().severity) == (
        "image/wrong-variant",
        Severity.WARNING,
    )


def test_a_name_that_is_none() -> None:
    """docker/bad-command, by the engine's own grammar."""
    words = "invalid reference format: repository name must be lowercase"
    finding = judged(absent("UPPER:x", malformed=words)).only()
    assert finding.problem == "docker/bad-command"
    assert words in finding.title
