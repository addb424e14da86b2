"""A deployment as the engine's API takes it."""

from __future__ import annotations

from triton_doctor.deployment import Deployment
from triton_doctor.launching.plan import container_plan
from triton_doctor.launching.recipe import LABEL, recipe
from triton_doctor.record import replace

TOKEN = "hf_" + "a" * 34


def made(environ: dict[str, str] | None = None, **values: object) -> dict[str, object]:
    deployment = replace(Deployment(), **values)
    plan = container_plan(deployment, lambda path: f"/here/{path}")
    return recipe(plan, environ or {}, "run1")


def test_the_guides_command() -> None:
    body = made()
    host = body["HostConfig"]
    assert isinstance(host, dict)
    assert body["Image"] == Deployment().image
    assert body["Cmd"] == [
        "tritonserver",
        "--model-repository=/models",
        "--model-control-mode=explicit",
        "--load-model=gemma",
    ]
    assert body["Labels"] == {LABEL: "run1"}
    assert host["DeviceRequests"] == [{"Driver": "", "Capabilities": [["gpu"]], "Count": -1}]
    assert host["PortBindings"]["8000/tcp"] == [{"HostPort": "8000"}]
    assert [one["Type"] for one in host["Mounts"]] == ["bind", "volume"]
    assert "AutoRemove" not in host


def test_gpus_by_number_and_none() -> None:
    some, none = made(gpus="0,2")["HostConfig"], made(gpus="none")["HostConfig"]
    assert isinstance(some, dict)
    assert isinstance(none, dict)
    assert some["DeviceRequests"][0]["DeviceIDs"] == ["0", "2"]
    assert none["DeviceRequests"] == []


def test_a_token_is_handed_on_by_its_name_inside() -> None:
    assert made({"HF_TOKEN": TOKEN})["Env"] == [f"HF_TOKEN={TOKEN}"]
    assert made({"MINE": TOKEN}, token_env="MINE")["Env"] == [f"HF_TOKEN={TOKEN}"]
    assert made({})["Env"] == []


def test_a_token_file_is_mounted_and_stands_in_no_variable() -> None:
    body = made({"HF_TOKEN": TOKEN}, token_file="token")
    assert TOKEN not in str(body)
    assert "'ReadOnly': True" in str(body)


def test_shared_memory_is_told_in_bytes() -> None:
    host = made(shm_size="1g")["HostConfig"]
    assert isinstance(host, dict)
    assert host["ShmSize"] == 1 << 30
