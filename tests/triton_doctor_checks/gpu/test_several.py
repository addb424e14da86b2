"""What the server finds of several GPUs, and how they go together: fakes and variations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triton_doctor_checks.engine.test_repair import told
from tests.triton_doctor_checks.gpu.cases import fake, fake_gpu, recorded, seen, varied
from tests.triton_doctor_checks.gpu.test_memory import models
from triton_doctor.host.nvml import GpuPair
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.given_command import Given, Variable
from triton_doctor.probes.gpus import Gpus
from triton_doctor.probes.images import Images, ImageSeen
from triton_doctor.record import replace

REAL = recorded("two-gpus-deep")
FOUR = recorded("four-gpus-held")
WIDE = models('{"model": "m", "tensor_parallel_size": 2}')
ONE = models('{"model": "m"}')


def image(**cuda: str) -> Images:
    """The deployment's image with variables of CUDA in it."""
    own = ImageSeen("mine:1", present=True, cuda=cuda)
    return Images("linux/amd64", own, ImageSeen("ubuntu:24.04", present=False))


def mixed(**more: Any) -> Gpus:
    return fake(fake_gpu("NVIDIA L40S", total=48 << 30, free=48 << 30), fake_gpu(index=1), **more)


@pytest.mark.parametrize(
    ("value", "case"),
    [("", "hides every GPU"), ("7", "hides every GPU"), ("0,7", "names a GPU that the server")],
)
def test_a_variable_of_the_image_that_hides_gpus(value: str, case: str) -> None:
    finding = seen(REAL, images=image(CUDA_VISIBLE_DEVICES=value)).only()
    assert (finding.problem, finding.severity) == ("gpu/not-visible", Severity.ERROR)
    assert case in finding.title
    assert finding.where == "mine:1"
    assert finding.evidence[0] == f"CUDA_VISIBLE_DEVICES={value}"


def test_the_command_s_own_variable_counts_before_the_image_s() -> None:
    given = Given(variables=(Variable("CUDA_VISIBLE_DEVICES", "1", 0, 1),))
    hidden = image(CUDA_VISIBLE_DEVICES="")
    assert seen(REAL, images=hidden, given_command=given).outcome is Outcome.PASSED
    unset = Given(variables=(Variable("CUDA_VISIBLE_DEVICES", "$G", 0, 1, unset=("G",)),))
    assert seen(REAL, images=image(), given_command=unset).outcome is Outcome.PASSED
    gone = Given(variables=(Variable("CUDA_VISIBLE_DEVICES", "1", 0, 1),))
    assert seen(REAL, gpus="1", given_command=gone).ids == ["gpu/not-visible"]


def test_a_uuid_where_vllm_wants_a_number() -> None:
    """engine/invalid-argument, as the log would tell it."""
    named = image(CUDA_VISIBLE_DEVICES=REAL.reading.gpus[0].uuid)
    finding = seen(REAL, images=named).only()
    assert (finding.problem, finding.severity) == ("engine/invalid-argument", Severity.ERROR)
    assert "takes numbers only" in finding.title
    assert seen(REAL, "26.08", images=named).only().severity is Severity.WARNING
    log = told("ValueError: invalid literal for int() with base 10: 'GPU-52a3a85d-3c55-ca3a-a955'")
    assert (log.problem, log.title) == (finding.problem, finding.title)


def test_a_model_wider_than_what_a_variable_leaves() -> None:
    judged = seen(REAL, images=image(CUDA_VISIBLE_DEVICES="1"), repository=WIDE)
    assert judged.only().title == "2 GPUs are asked for, and 1 are there"


def test_the_memory_of_a_gpu_that_a_variable_hides_does_not_matter() -> None:
    held = recorded("two-gpus-held")
    assert seen(held).ids == ["gpu/busy"]
    assert seen(held, images=image(CUDA_VISIBLE_DEVICES="1")).outcome is Outcome.PASSED
    order = seen(held, images=image(CUDA_VISIBLE_DEVICES="1,0"), repository=ONE)
    assert (
        order.only().severity is Severity.NOTE
    )  # GPU 0 is the second, which one model leaves idle


@pytest.mark.parametrize(
    ("asked", "visible", "width", "problems"),
    [
        ("all", None, 4, ["gpu/busy"]),
        ("all", None, 8, ["gpu/too-few", "gpu/busy"]),
        ("1,2,3", None, 3, []),
        ("1,2,3", None, 4, ["gpu/too-few"]),
        ("all", "3,1", 2, []),
        ("all", "3,1", 4, ["gpu/too-few"]),
        ("1,3", "3,1", 2, ["gpu/not-visible"]),  # in the container they are 0 and 1
    ],
)
def test_four_real_gpus_of_which_the_first_is_held(
    asked: str, visible: str | None, width: int, problems: list[str]
) -> None:
    wide = models(f'{{"model": "m", "tensor_parallel_size": {width}}}')
    own = image() if visible is None else image(CUDA_VISIBLE_DEVICES=visible)
    assert seen(FOUR, gpus=asked, images=own, repository=wide).ids == problems


def test_unlike_gpus() -> None:
    spread = seen(mixed(), repository=WIDE).only()
    assert (spread.problem, spread.severity) == ("gpu/mixed", Severity.WARNING)
    assert "GPU 1, NVIDIA L4, 24.0 GiB" in spread.title
    note = seen(mixed(), repository=ONE).only()
    assert note.severity is Severity.NOTE
    assert "takes first is not known" in note.title
    assert note.evidence[0] == "GPU 0: NVIDIA L40S, 48.0 GiB"
    by_bus = image(CUDA_DEVICE_ORDER="PCI_BUS_ID")
    assert seen(mixed(), repository=ONE, images=by_bus).outcome is Outcome.PASSED
    assert seen(mixed(), gpus="1").outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("status", "words"), [(2, "the GPU does not support it"), (4, "switched off in the driver")]
)
def test_gpus_that_cannot_reach_each_other(status: int, words: str) -> None:
    apart = replace(REAL.reading, pairs=(GpuPair(0, 1, 30, status, status),))
    fact = replace(REAL, reading=apart)
    finding = seen(fact, repository=WIDE).only()
    assert (finding.problem, finding.severity) == ("gpu/no-peer-access", Severity.NOTE)
    assert words in finding.title
    assert seen(fact, repository=ONE).outcome is Outcome.PASSED


def test_real_gpus_that_reach_each_other_and_pairs_of_which_nothing_is_told() -> None:
    assert seen(REAL, repository=WIDE).outcome is Outcome.PASSED
    told = replace(
        REAL, reading=replace(REAL.reading, pairs=(GpuPair(0, 1), GpuPair(0, 1, read=6)))
    )
    assert seen(told, repository=WIDE).outcome is Outcome.PASSED


def test_a_divided_gpu_serves_one_device() -> None:
    judged = seen(varied(mig=True, mig_instances=2), repository=WIDE)
    assert "2 GPUs are asked for, and 1 are there" in [one.title for one in judged.findings]


def test_a_uuid_that_no_gpu_has() -> None:
    finding = seen(REAL, gpus="GPU-ffffffff").only()
    assert finding.title.startswith("GPU-ffffffff is asked for, and none of the 2 GPUs")
    assert seen(REAL, gpus=REAL.reading.gpus[1].uuid).outcome is Outcome.PASSED
