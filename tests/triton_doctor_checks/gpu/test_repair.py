"""What is offered for a GPU that is short of something, by its log and by NVML."""

from __future__ import annotations

from tomli import loads

from tests.triton_doctor_checks.engine.test_repair import GOOD, after, told
from tests.triton_doctor_checks.gpu.cases import DATA, fake, fake_gpu, seen
from triton_doctor.host.nvml import GpuReading
from triton_doctor.model import Finding
from triton_doctor.probes.cuda_rules import rules_for
from triton_doctor.probes.other_releases import OtherRelease, OtherReleases
from triton_doctor.probes.release import rows
from triton_doctor.repairs import Applicability, Setting

ASK, SHOW = Applicability.ASK, Applicability.SHOW
NAME = "nvcr.io/nvidia/tritonserver"
FREE = (
    "ValueError: Free memory on device (16.01/93.0 GiB) on startup is less than desired GPU memory"
    " utilization (0.9, 83.7 GiB)."
)
FULL = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.95 GiB."
FLOAT = (
    "ValueError: Bfloat16 is only supported on GPUs with compute capability of at least 8.0. Your"
    " Tesla T4 GPU has compute capability 7.5."
)
SHARE = GOOD.replace('"max_model_len": 131072', '"gpu_memory_utilization": 0.9')


def others() -> OtherReleases:
    """All that the tables know."""
    table = loads((DATA / "cuda_drivers.toml").read_text("utf-8"))
    known = sorted(rows(NAME), key=lambda one: one.tag, reverse=True)
    return OtherReleases(tuple(OtherRelease(one, rules_for(one.cuda, table)) for one in known))


def offered(finding: Finding) -> str:
    """The image that is to be used instead."""
    assert finding.fix is not None
    (act,) = (step.act for step in finding.fix.steps)
    assert isinstance(act, Setting)
    return str(act.value).removeprefix(f"{NAME}:").partition("-")[0]


def judged(tag: str, *gpus: GpuReading, driver: str, cuda: tuple[int, int]) -> Finding:
    fact = fake(*gpus, driver=driver, cuda=cuda)
    found = seen(fact, tag, other_releases=others()).findings
    return next(one for one in found if one.problem != "gpu/busy")


def test_the_share_that_is_free_and_one_hundredth_less() -> None:
    finding = told(FREE, SHARE)
    assert finding.problem == "gpu/busy"
    assert after(finding.fix, SHARE) == SHARE.replace("0.9", "0.16")
    assert told(FREE, SHARE.replace("0.9", "0.16")).fix is None
    assert told(FREE.replace("16.01", "1.01"), SHARE).fix is None


def test_a_tenth_of_the_card_less() -> None:
    finding = told(FULL, SHARE)
    assert finding.problem == "gpu/out-of-memory"
    assert finding.fix is not None
    assert finding.fix.applicability is ASK
    assert after(finding.fix, SHARE) == SHARE.replace("0.9", "0.8")
    assert told(FULL, SHARE.replace("0.9", "0.15")).fix is None


def test_float16_where_there_is_no_bfloat16() -> None:
    finding = told(FLOAT)
    assert finding.problem == "gpu/capability-too-low"
    assert '"dtype": "half"' in after(finding.fix, GOOD)
    assert told(FLOAT, GOOD.replace('"max_model_len": 131072', '"dtype": "float32"')).fix is None


def test_an_image_that_the_driver_serves() -> None:
    finding = judged("25.10", fake_gpu("NVIDIA GeForce RTX 4090"), driver="560.35.03", cuda=(12, 6))
    assert finding.problem == "gpu/driver-too-old"
    assert offered(finding) == "25.03"
    assert finding.fix is not None
    assert (finding.fix.applicability, finding.fix.costs) == (ASK, ("download",))


def test_the_newest_release_that_the_driver_serves_is_named() -> None:
    geforce = fake_gpu("NVIDIA GeForce RTX 4090")
    finding = judged("25.10", geforce, driver="535.104.05", cuda=(12, 2))
    full, limited = finding.evidence
    assert full.endswith("runs in full on NVIDIA GeForce RTX 4090: 23.10")
    assert limited.endswith("runs at all on NVIDIA GeForce RTX 4090: 25.07")
    assert offered(finding) == "23.10"


def test_an_image_for_a_gpu_that_is_too_old_or_too_new() -> None:
    old = judged("26.01", fake_gpu("Tesla V100-SXM2-16GB", (7, 0)), driver="580.65", cuda=(13, 0))
    assert old.problem == "gpu/capability-too-low"
    assert offered(old) == "24.12"
    new = judged(
        "24.08", fake_gpu("NVIDIA GeForce RTX 5090", (12, 0)), driver="580.65", cuda=(13, 0)
    )
    assert new.problem == "gpu/capability-too-new"
    assert offered(new) == "25.11"


def test_no_image_where_none_is_known_to_suit() -> None:
    finding = judged(
        "25.10", fake_gpu("NVIDIA GeForce GTX 1080", (6, 1)), driver="390.1", cuda=(9, 1)
    )
    assert finding.fix is None


def test_a_container_that_lost_its_gpus_is_started_again() -> None:
    finding = told("Failed to initialize NVML: Unknown Error")
    assert finding.problem == "gpu/lost-in-container"
    assert finding.fix is not None
    assert finding.fix.applicability is ASK
    assert finding.fix.steps[0].argv[:2] == ("docker", "restart")
