"""Room for what is still to be downloaded, beside an image that is still to be pulled."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from tests.triton_doctor_checks.host.test_host import ABSENT, PRESENT
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.release import Release
from triton_doctor.probes.repository import Model, Repository
from triton_doctor.probes.repository_files import Entry, Folder, TextFile
from triton_doctor.probes.weights import Weights
from triton_doctor.probes.weights_cache import Cache

GIB = 1 << 30
IMAGE = Release("tritonserver", True, tag="25.08", vllm="0.9.2", size=10 * GIB)


def judged(free: int, kind: Any = "volume", images: Any = ABSENT) -> JudgeResult:
    one = Checkpoint(
        "gemma", "acme/model", source="hub", hub="told", fetch=15 * GIB, config={"a": 1}
    )
    cache = Cache(kind, "triton_hf_cache", there=True, free=free * GIB)
    text = json.dumps({"model": "acme/model"})
    files = (
        TextFile("gemma/1/model.json", text=text),
        TextFile("gemma/config.pbtxt", text='backend: "vllm"'),
    )
    folder = Folder("gemma", entries=(Entry("1", "folder"), Entry("config.pbtxt", "file")))
    models = (Model("gemma", folder, files=files),)
    seen = Repository("model_repository", "/srv/model_repository", Folder(""), models)
    facts = {
        "repository": seen,
        "weights": Weights((one,), cache),
        "release": IMAGE,
        "images": images,
    }
    return judge("weights", facts={name: one for name, one in facts.items() if one is not None})


def titles(result: JudgeResult) -> list[str]:
    return [one.title for one in result.findings if one.problem == "host/disk-full"]


def test_either_fits_and_both_do_not() -> None:
    (title,) = titles(judged(30))
    assert title.startswith("30.0 GiB free at triton_hf_cache do not hold both")
    assert title.endswith("which take 15.0 GiB and 20.0 GiB")


@pytest.mark.parametrize(
    ("free", "more"),
    [(40, {}), (30, {"images": PRESENT}), (30, {"kind": "folder"}), (30, {"images": None})],
)
def test_there_is_room(free: int, more: dict[str, Any]) -> None:
    assert titles(judged(free, **more)) == []


def test_the_weights_alone_are_too_large() -> None:
    (title,) = titles(judged(10))
    assert title.startswith("10.0 GiB free at triton_hf_cache does not hold the weights")
