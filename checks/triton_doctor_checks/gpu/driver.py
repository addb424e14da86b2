"""Whether a driver serves the CUDA of an image, by NVIDIA's compatibility rules.

Source: https://docs.nvidia.com/deploy/cuda-compatibility/ and the release notes of each image.
Backward: a newer driver runs every older CUDA. Minor-version: within one major version of CUDA a
driver from a certain branch on runs newer toolkits too, but cannot compile their PTX. Forward:
across major versions only with the compatibility libraries of the image, and only on data-centre
GPUs and some workstation cards.
"""

from __future__ import annotations

import re
from typing import Literal

from triton_doctor.api import Record
from triton_doctor.probes.cuda_rules import CudaRules
from triton_doctor.probes.gpus import GpuReading
from triton_doctor.probes.release import Release

Class = Literal["data-centre", "consumer", "workstation", "unknown"]
Fit = Literal["fits", "minor", "forward-maybe", "too-old", "unknown"]

# Names as NVML gives them: `NVIDIA A100-SXM4-80GB`, `Tesla T4`, `NVIDIA GH200 480GB`.
_DATA_CENTRE = re.compile(
    r"Tesla\b|Server Edition|^(?:NVIDIA )?(?:A2|A10|A16|A30|A40|A100|A800|H20|H100|H200|H800|L2|L4|"
    r"L20|L40|B100|B200|B300|GH200|GB200|GB300|T4|V100|P4|P40|P100)[A-Z]?(?:[ -]|$)"
)
_CONSUMER = re.compile(r"GeForce|TITAN", re.IGNORECASE)
_WORKSTATION = re.compile(r"Quadro|\bRTX\b|^(?:NVIDIA )?T\d{3,4}\b")


class Verdict(Record, frozen=True):
    """needed: what the driver should be, as in `580 or later`."""

    fit: Fit
    needed: str = ""


def class_of(gpu: GpuReading) -> Class:
    """What NVIDIA sells a GPU as. Its name tells; the brand in NVML is the same for many."""
    if _CONSUMER.search(gpu.name):
        return "consumer"
    if _DATA_CENTRE.search(gpu.name):
        return "data-centre"
    return "workstation" if _WORKSTATION.search(gpu.name) else "unknown"


def judge_driver(driver: str, gpu: Class, release: Release, rules: CudaRules) -> Verdict:
    """A Linux driver, as `535.104.05`, for one class of GPU."""
    branch = _numbers(driver)[:1]
    if not branch or rules.oldest_driver is None:
        return Verdict("unknown")
    asked = max(_asked(release, rules), rules.oldest_driver)
    needed = f"{asked} or later"
    if branch[0] >= asked:
        return Verdict("fits", needed)
    listed = gpu == "data-centre" and _listed(driver, release)
    if branch[0] >= rules.oldest_driver:
        # Without a list of branches the compatibility libraries are known to be there all the same.
        open_list = gpu == "data-centre" and not release.dc_drivers
        return Verdict("fits" if listed or open_list else "minor", needed)
    needed = f"{rules.oldest_driver} or later"
    if listed:
        return Verdict("fits", needed)
    if gpu == "data-centre":
        return Verdict("too-old" if release.dc_drivers else "unknown", needed)
    if gpu == "consumer" or not _listed(driver, release):
        return Verdict("too-old", needed)
    return Verdict("forward-maybe", needed)


def judge_windows(serves: tuple[int, int] | None, rules: CudaRules) -> Verdict:
    """Windows and WSL 2: by the newest CUDA that the Windows driver says it serves.

    The compatibility libraries of the image are not used there.
    """
    if serves is None or rules.cuda is None:
        return Verdict("unknown")
    needed = "one that serves CUDA {}.{}".format(*rules.cuda)
    if serves >= rules.cuda:
        return Verdict("fits", needed)
    return Verdict("minor" if serves[0] == rules.cuda[0] else "too-old", needed)


def _asked(release: Release, rules: CudaRules) -> int:
    """The branch that the release notes ask for, or else that the image's CUDA goes with."""
    known = release.min_driver or release.driver_built_for or rules.driver
    return (_numbers(known) or (0,))[0]


def _listed(driver: str, release: Release) -> bool:
    """Whether the release notes allow this driver on data-centre GPUs: same branch, not older."""
    mine = _numbers(driver)
    for least in map(_numbers, release.dc_drivers):
        if mine[:1] == least[:1] and mine >= least:
            return True
    return False


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()
