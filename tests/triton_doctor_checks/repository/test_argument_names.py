"""The names in model.json, against the vLLM of the image."""

from __future__ import annotations

import json

import pytest

from tests.triton_doctor_checks.engine.kit import PATH, image
from tests.triton_doctor_checks.repository.kit import Workshop
from tests.triton_doctor_checks.repository.test_json_places import applied
from triton_doctor.fixing.texts import edited
from triton_doctor.model import Found, Severity
from triton_doctor.probes.release import Release
from triton_doctor.repairs import Applicability, Plan, Setting
from triton_doctor_checks.repository.argument_names import unknown_keys

OLD, NEW = image("0.9.0rc1", "25.06"), image("0.27.1", "26.08")
LATER = image(None, "27.01")
OWN = image("0.9.2", "25.08", "registry.example/triton:1")


def judged(text: str, release: Release | None = OLD) -> list[Found]:
    return [one for one in unknown_keys(PATH, text, release) if isinstance(one, Found)]


def only(text: str, release: Release | None = OLD) -> Found:
    found = judged(text, release)
    assert len(found) == 1, found
    return found[0]


def mended(text: str, release: Release | None = OLD) -> object:
    """What the file holds after the safe fix."""
    fix = only(text, release).fix
    assert fix is not None
    assert fix.applicability is Applicability.SAFE
    after = applied(text, fix.steps[0].edit)
    assert judged(after, release) == []
    return json.loads(after)


def after(fix: Plan, text: str) -> str:
    """The file with all of the fix's edits made."""
    edits = [step.edit for step in fix.steps if step.edit]
    return edited(text.encode(), edits).decode()


def test_it_is_told_by_the_repository_check(shop: Workshop) -> None:
    finding = shop.arguments('{"model": "m", "max-model-len": 5}').only()
    assert finding.problem == "repository/unknown-engine-argument"
    assert finding.title == "max-model-len is spelt max_model_len in model.json"
    assert finding.evidence == ('1 | {"model": "m", "max-model-len": 5}', " " * 19 + "^")


def test_known_names_are_sound() -> None:
    text = '{"model": "m", "dtype": "half", "disable_log_requests": true, "swap_space": 4}'
    assert judged(text) == []


@pytest.mark.parametrize(
    ("name", "case", "meant"),
    [
        ("max-model-len", "misspelt", "max_model_len"),
        ("--max-model-len", "misspelt", "max_model_len"),
        ("maxModelLen", "misspelt", "max_model_len"),
        ("MAX_MODEL_LEN", "misspelt", "max_model_len"),
        (" max model len", "misspelt", "max_model_len"),
        ("gpu_memory_utilisation", "misspelt", "gpu_memory_utilization"),
        ("max_seq_length", "alias", "max_model_len"),
        ("torch_dtype", "alias", "dtype"),
        ("tp", "alias", "tensor_parallel_size"),
        ("max_tokens", "request", ""),
        ("temperature", "request", ""),
        ("chat_template", "server", ""),
        ("instance_group", "config", ""),
        ("device_map", "nowhere", ""),
        ("", "nowhere", ""),
        ("enable_log_stats", "near", "disable_log_stats"),
        ("kv_cache_memory_bytes", "later", ""),
        ("watchdog_config", "later-than-all", ""),
        ("max_log_len", "removed", ""),
    ],
)
def test_what_a_name_is_taken_for(name: str, case: str, meant: str) -> None:
    finding = only(json.dumps({"model": "m", name: 1}))
    assert (finding.case, finding.values["meant"]) == (case, meant)
    assert finding.severity is None
    assert finding.where == f"{PATH}:1:16"
    assert finding.evidence[1].index("^") == finding.evidence[0].index(json.dumps(name))


def test_versions_are_told() -> None:
    later = only('{"model": "m", "kv_cache_memory_bytes": 1}')
    assert (later.values["since"], later.values["release"]) == ("0.10.2", "25.10")
    gone = only('{"model": "m", "disable_log_requests": true}', NEW)
    assert (gone.case, gone.values["since"], gone.values["release"]) == (
        "opposite",
        "0.10.1.1",
        "25.09",
    )
    moved = only('{"model": "m", "rope_theta": 1000.0}', NEW)
    assert moved.case == "replaced"
    assert moved.values["example"] == '"hf_overrides": {"rope_theta": 1000.0}'


def test_safe_fixes() -> None:
    assert mended('{"model": "m", "max-model-len": 5}') == {"model": "m", "max_model_len": 5}
    nested = '{\n  "model": "m",\n  "engine_args": {\n    "dtype": "half",\n    "seed": 1\n  }\n}'
    assert mended(nested) == {"model": "m", "dtype": "half", "seed": 1}
    assert mended('{"model": "m", "disable_log_requests": true}', NEW) == {"model": "m"}
    assert mended('{"swap_space": 4, "model": "m"}', NEW) == {"model": "m"}
    assert mended('{"swap_space": 4}', NEW) == {}
    assert mended('{"cuda_graph_sizes": [1]}', NEW) == {"cudagraph_capture_sizes": [1]}


def test_no_fix_where_it_would_clash_or_be_a_guess() -> None:
    assert only('{"max_model_len": 5, "max-model-len": 6}').fix is None
    assert only('{"dtype": "half", "engine_args": {"dtype": "auto"}}').fix is None
    opposite = only('{"enable_log_stats": true}').fix
    assert opposite is not None
    assert opposite.applicability is Applicability.SHOW
    alias = only('{"torch_dtype": "half"}').fix
    assert alias is not None
    assert alias.applicability is Applicability.ASK


@pytest.mark.parametrize("name", ["gpu_layers", "temperature", "host", "instance_group"])
def test_what_vllm_does_not_take_at_all_can_be_deleted(name: str) -> None:
    fix = only(f'{{"model": "m", "{name}": 1}}').fix
    assert fix is not None
    assert (fix.name, fix.applicability) == ("delete", Applicability.ASK)
    assert after(fix, f'{{"model": "m", "{name}": 1}}') == '{"model": "m"}'
    unsure = only(f'{{"{name}": 1}}', LATER).fix
    assert unsure is not None
    assert unsure.applicability is Applicability.SHOW


def test_a_later_argument_goes_with_a_later_image() -> None:
    fix = only('{"kv_cache_memory_bytes": 1}').fix
    assert fix is not None
    (step,) = fix.steps
    assert step.act == Setting("image", "nvcr.io/nvidia/tritonserver:25.10-vllm-python-py3")
    assert fix.instead is not None
    assert fix.instead.name == "delete"
    own = only('{"kv_cache_memory_bytes": 1}', OWN).fix
    assert own is not None
    assert own.name == "delete"


def test_values_move_into_the_object_that_took_their_place() -> None:
    assert mended('{"rope_theta": 1000.0, "seed": 1}', NEW) == {
        "hf_overrides": {"rope_theta": 1000.0},
        "seed": 1,
    }


def test_all_but_the_last_of_a_name_are_deleted() -> None:
    text = '{"seed": 1, "model": "m", "seed": 2, "seed": 3}'
    fix = only(text).fix
    assert fix is not None
    assert after(fix, text) == '{"model": "m", "seed": 3}'


def test_an_image_that_is_not_known() -> None:
    assert only('{"gpu_layers": 1}', LATER).severity is Severity.WARNING
    assert only('{"gpu_layers": 1}', LATER).case == "unknown-version"
    assert only('{"gpu_layers": 1}', None).severity is Severity.WARNING
    assert only('{"max-model-len": 1}', LATER).severity is None  # no Python name in any version
    assert only('{"disable_log_requests": true}', LATER).severity is Severity.WARNING
    assert judged('{"enable_log_requests": true, "dtype": "auto"}', LATER) == []


def test_what_some_version_had_is_not_held_against_an_image_that_tells_nothing() -> None:
    unknown = image(None, "", "registry.example/triton:1")
    assert judged('{"disable_log_requests": true, "rope_theta": 1.0}', unknown) == []
    assert only('{"gpu_layers": 1}', unknown).severity is Severity.WARNING


def test_an_image_of_ones_own_may_have_another_vllm() -> None:
    assert only('{"kv_cache_memory_bytes": 1}', OWN).severity is Severity.WARNING
    assert only('{"gpu_layers": 1}', OWN).severity is None


def test_a_name_of_the_next_version_may_be_in_nvidias_build() -> None:
    finding = only('{"kv_cache_memory_bytes": 1}', image("0.10.1.1", "25.09"))
    assert (finding.case, finding.severity) == ("later", Severity.WARNING)


def test_repeated_names() -> None:
    finding = only('{\n"model": "a",\n"seed": 1,\n"model": "b"\n}')
    assert f"repository/{finding.problem}" == "repository/repeated-argument"
    assert finding.where == f"{PATH}:4:1"
    assert (finding.values["count"], finding.values["first"]) == (2, 2)
    assert finding.fix is not None
    after = applied('{\n"model": "a",\n"seed": 1,\n"model": "b"\n}', finding.fix.steps[0].edit)
    assert json.loads(after) == {"seed": 1, "model": "b"}
    assert "\n" in after
