"""Which GPUs each engine takes, as Triton makes its instances of config.pbtxt."""

from __future__ import annotations

import pytest

from triton_doctor.probes.engines import placed
from triton_doctor.probes.repository_files import Folder, TextFile
from triton_doctor.probes.repository_model import Model

MODEL_KIND = "instance_group [{ count: 1 kind: KIND_MODEL }]"


def of(config: str, wide: int = 1, cards: int = 2) -> list[list[int]]:
    file = TextFile("m/config.pbtxt", text=config)
    model = Model("m", Folder("m"), files=(file,))
    return [sorted(one) for one in placed(model, wide, cards)]


@pytest.mark.parametrize(
    ("config", "wide", "expected"),
    [
        (MODEL_KIND, 1, [[0]]),
        (MODEL_KIND, 2, [[0, 1]]),
        ("instance_group [{count: 2, kind: KIND_MODEL}]", 1, [[0], [0]]),
        ('backend: "vllm"', 1, [[0], [1]]),
        ("instance_group { kind: KIND_GPU }", 1, [[0], [1]]),
        ("instance_group [ { kind: KIND_GPU gpus: [ 1 ] } ]", 1, [[1]]),
        ("instance_group: [{kind: KIND_GPU gpus: 0 gpus: 1}]", 1, [[0], [1]]),
        ("instance_group [{kind: KIND_GPU gpus: [0]}, {kind: KIND_GPU gpus: [1]}]", 1, [[0], [1]]),
        ("# instance_group [{count: 3}]\n" + MODEL_KIND, 1, [[0]]),
        ("instance_group [{count: 0 kind: KIND_MODEL", 1, [[0], [1]]),  # torn: as without
    ],
)
def test_engines(config: str, wide: int, expected: list[list[int]]) -> None:
    assert of(config, wide) == expected
