"""What is offered for what a container's log told, through the real check and its words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import judge
from tests.triton_doctor_checks.engine.kit import engine, image, repository
from tests.triton_doctor_checks.launch.cases import DOWN, ENDED, NOW
from triton_doctor.fixing.texts import edited
from triton_doctor.host.nvml import NvmlReading
from triton_doctor.model import Finding
from triton_doctor.probes.cuda_rules import CudaRules
from triton_doctor.probes.gpus import Gpus
from triton_doctor.probes.launched import Launches
from triton_doctor.probes.other_releases import OtherRelease, OtherReleases
from triton_doctor.probes.repository import Repository, Target
from triton_doctor.probes.system import System
from triton_doctor.record import replace
from triton_doctor.repairs import Applicability, Fix, Setting

ASK, SAFE = Applicability.ASK, Applicability.SAFE
GOOD = '{\n  "model": "google/gemma-2b",\n  "max_model_len": 131072\n}\n'
TOO_LONG = (
    "ValueError: The model's max seq len (131072) is larger than the maximum number of tokens"
)
STORED = f"{TOO_LONG} that can be stored in KV cache (23968). Try increasing"
UNKNOWN = (
    "ValueError: To serve at least one request with the models's max seq len (131072), (16.00 GiB"
    " KV cache is needed, which is larger than the available KV cache memory (15.35 GiB)."
)
LIMIT = (
    "ValueError: User-specified max_model_len (131072) is greater than the derived max_model_len"
    " (max_position_embeddings=8192 or model_max_length=None in model's config.json)."
)
NO_CACHE = "ValueError: No available memory for the cache blocks. Try increasing"
CODE = (
    "ValueError: The repository for {name} contains custom code which must be executed to correctly"
)
AWQ = "ValueError: Cannot find the config file for awq"
NEW_MODEL = "ValueError: Model architectures ['Gemma9ForCausalLM'] are not supported for now. Supp"


def told(log: str, text: str = GOOD, files: Repository | None = None, **more: Any) -> Finding:
    """The cause that the launch check reads in the log of a dead container."""
    seen = Launches((replace(ENDED, log=f"{log}\n"),), None, NOW)
    facts = {"launches": seen, "serving": DOWN, "repository": files or repository(text), **more}
    return judge("launch", facts=facts).findings[0]


def after(fix: Fix | None, text: str) -> str:
    assert fix is not None
    edits = [step.edit for step in fix.steps if step.edit]
    return edited(text.encode(), edits).decode()


@pytest.mark.parametrize(
    ("problem", "log", "old", "new", "how"),
    [
        ("engine/context-too-long", STORED, "131072", "23968", SAFE),
        ("engine/context-too-long", UNKNOWN, "131072", "4096", ASK),
        ("engine/context-over-limit", LIMIT, "131072", "8192", SAFE),
    ],
)
def test_a_length_that_fits(problem: str, log: str, old: str, new: str, how: Applicability) -> None:
    finding = told(log)
    assert finding.problem == problem
    assert finding.fix is not None
    assert finding.fix.applicability is how
    assert after(finding.fix, GOOD) == GOOD.replace(old, new)


def test_a_share_as_large_as_is_usual() -> None:
    low = GOOD.replace('"max_model_len": 131072', '"gpu_memory_utilization": 0.3')
    finding = told(NO_CACHE, low)
    assert finding.problem == "engine/no-cache-memory"
    assert after(finding.fix, low) == low.replace("0.3", "0.9")
    assert told(NO_CACHE, low.replace("0.3", "0.95")).fix is None


def test_code_of_the_weights_is_only_run_on_ones_word() -> None:
    finding = told(CODE.format(name="google/gemma-2b"))
    assert finding.problem == "engine/remote-code-refused"
    assert finding.fix is not None
    assert finding.fix.applicability is ASK
    assert '131072,\n  "trust_remote_code": true\n}' in after(finding.fix, GOOD)
    assert told(CODE.format(name="somebody/else")).fix is None


def test_quantised_weights_are_read_in_their_own_form() -> None:
    text = GOOD.replace('"max_model_len": 131072', '"quantization": "awq"')
    finding = told(AWQ, text)
    assert finding.problem == "engine/quantization-mismatch"
    assert after(finding.fix, text) == '{\n  "model": "google/gemma-2b"\n}\n'
    assert told(AWQ).fix is None


def test_settings_that_were_changed_since_are_left_alone() -> None:
    (model,) = repository(GOOD).models
    for modified, offered in ((ENDED.started - 60, True), (ENDED.started + 60, False)):
        files = tuple(replace(one, modified=modified) for one in model.files)
        seen = replace(repository(GOOD), models=(replace(model, files=files),))
        assert (told(STORED, files=seen).fix is not None) == offered


def test_what_was_done_is_not_done_again() -> None:
    assert told(STORED, GOOD.replace("131072", "23968")).fix is None
    assert told(STORED, GOOD + "}").fix is None


def test_a_newer_image_for_a_model_that_this_one_does_not_know() -> None:
    others = tuple(
        OtherRelease(image(tag=tag), CudaRules(None)) for tag in ("26.08", "26.01", "24.01")
    )
    facts = {
        "other-releases": OtherReleases(others),
        "release": image(tag="25.06"),
        "system": System("linux", False, "ubuntu", "Ubuntu", "x86_64", "6.8", 64 << 30, 60 << 30),
        "gpus": Gpus(NvmlReading("library-missing")),
    }
    finding = told(NEW_MODEL, **facts)
    assert finding.problem == "engine/unsupported-model"
    assert finding.fix is not None
    newest = Setting("image", "nvcr.io/nvidia/tritonserver:26.08-vllm-python-py3")
    assert [step.act for step in finding.fix.steps] == [newest]
    assert told(NEW_MODEL, **{**facts, "release": image(tag="26.08")}).fix is None


@pytest.mark.parametrize(
    ("name", "value", "new", "how"),
    [
        ("gpu_memory_utilization", '"0.8"', "0.8", SAFE),
        ("gpu_memory_utilization", "1.5", "0.9", ASK),
        ("dtype", '"fp16"', '"auto"', ASK),
        ("max_num_batched_tokens", "128", "256", ASK),
        ("hf_overrides", '"rope"', None, ASK),
        ("quantization", '"awk"', None, ASK),
    ],
)
def test_values_that_vllm_refuses(
    name: str, value: str, new: str | None, how: Applicability
) -> None:
    text = f'{{"model": "a/b", "{name}": {value}}}'
    fix = engine(text, image("0.9.0rc1", "25.06")).only().fix
    assert fix is not None
    assert fix.applicability is how
    told_so = f', "{name}": {new}}}' if new else "}"
    assert after(fix, text) == '{"model": "a/b"' + told_so
    if new:
        assert after(fix.instead, text) == '{"model": "a/b"}'


def test_for_a_vllm_that_is_not_known_a_person_says() -> None:
    finding = engine('{"model": "a/b", "dtype": "fp16"}', image(None, "27.01")).only()
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.SHOW


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("{ }", '{"model": "google/gemma-2b" }'),
        ('{"seed": 1}', '{"seed": 1, "model": "google/gemma-2b"}'),
        ('{\n "seed": 1\n}', '{\n "seed": 1,\n "model": "google/gemma-2b"\n}'),
    ],
)
def test_the_guides_model_where_none_is_named(text: str, new: str) -> None:
    finding = engine(text).only()
    assert finding.problem == "engine/no-model-named"
    assert after(finding.fix, text) == new


def test_the_folder_of_a_file_of_weights() -> None:
    text = '{"model": "/models/w/a.safetensors"}'
    finding = engine(text, targets=(Target("/models/w/a.safetensors", "file"),)).only()
    assert finding.problem == "weights/incomplete"
    assert after(finding.fix, text) == '{"model": "/models/w"}'
