"""What the doctor says to a repository against what a real tritonserver does with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.bench import Lab

CONFIG = "config.pbtxt"
ARGUMENTS = "1/model.json"
SOUND = '{"model": "google/gemma-2b"}'
READY = "Started HTTPService"

Change = Callable[[Path], object]


def write(path: str, content: str | bytes) -> Change:
    data = content.encode() if isinstance(content, str) else content
    return lambda model: (model / path).write_bytes(data)


def rename(path: str, target: str) -> Change:
    return lambda model: (model / path).rename(model / target)


def remove(path: str) -> Change:
    return lambda model: (model / path).unlink()


def link_out(model: Path) -> None:
    model.rename(model.parent.parent / "elsewhere")
    model.symlink_to(model.parent.parent / "elsewhere")


def version_link_out(model: Path) -> None:
    (model / "1").rename(model.parent.parent / "elsewhere")
    (model / "1").symlink_to(model.parent.parent / "elsewhere")


BROKEN: dict[str, tuple[Change, str]] = {
    "another name": (rename("", "../gemma-2b"), "not-found"),
    "a link out of the repository": (link_out, "not-found"),
    "a version that links out": (version_link_out, "bad-layout"),
    "v1": (rename("1", "v1"), "bad-layout"),
    "01": (rename("1", "01"), "bad-layout"),
    "model.json one level off": (rename(ARGUMENTS, "model.json"), "bad-layout"),
    "config.pbtxt one level off": (rename(CONFIG, f"1/{CONFIG}"), "bad-layout"),
    "config.pbtxt.txt": (rename(CONFIG, f"{CONFIG}.txt"), "config-missing"),
    "no config.pbtxt": (remove(CONFIG), "config-missing"),
    "an empty config.pbtxt": (write(CONFIG, ""), "config-invalid"),
    "the guide's batch size": (
        write(CONFIG, 'name: "gemma"\nbackend: "vllm"\nmax_batch_size: 256\n'),
        "config-invalid",
    ),
    "config.pbtxt with a BOM": (write(CONFIG, b'\xef\xbb\xbfbackend: "vllm"'), "config-syntax"),
    "config.pbtxt in UTF-16": (write(CONFIG, 'backend: "vllm"'.encode("utf-16")), "config-syntax"),
    "another name inside": (write(CONFIG, 'name: "gema" backend: "vllm"'), "name-mismatch"),
    "no model.json": (remove(ARGUMENTS), "model-json-missing"),
    "Model.json": (rename(ARGUMENTS, "1/Model.json"), "model-json-missing"),
    "a comma too many": (write(ARGUMENTS, '{"model": "m",}'), "model-json-syntax"),
    "an empty model.json": (write(ARGUMENTS, ""), "model-json-syntax"),
    "a list": (write(ARGUMENTS, f"[{SOUND}]"), "model-json-syntax"),
    "model.json with a BOM": (write(ARGUMENTS, SOUND.encode("utf-8-sig")), "model-json-syntax"),
}
WORKING: dict[str, Change] = {
    "the guide's, with batch size 0": write(CONFIG, 'backend: "vllm" max_batch_size: 0'),
    "version 0": rename("1", "0"),
    "a comment with a letter": write(CONFIG, 'backend: "vllm" # caf\xe9\r\n'.encode("latin-1")),
    "an empty name": write(CONFIG, "name: ''\nbackend: 'vllm'"),
    "NaN": write(ARGUMENTS, '{"model": "google/gemma-2b", "swap_space": NaN}'),
    "stray files": write("1/.DS_Store", "x"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_the_doctor_calls_an_error_stops_the_server(
    lab: Lab, tmp_path: Path, name: str
) -> None:
    change, problem = BROKEN[name]
    change(lab.repository(tmp_path) / "gemma")
    run = lab.doctor("--select", "repository", cwd=tmp_path)
    assert (run.code, run.ids) == (1, [f"repository/{problem}"])
    log, code = serve(lab, tmp_path)
    assert (READY in log, code) == (False, 1), log


@pytest.mark.parametrize("name", WORKING)
def test_what_the_server_takes_the_doctor_calls_sound(lab: Lab, tmp_path: Path, name: str) -> None:
    WORKING[name](lab.repository(tmp_path) / "gemma")
    run = lab.doctor("--select", "repository", cwd=tmp_path)
    assert (run.code, run.outcome("repository")) == (0, "passed"), run
    log, _ = serve(lab, tmp_path)
    assert READY in log, log


def serve(lab: Lab, folder: Path) -> tuple[str, int]:
    """The log of the guide's server until it is ready or ends, and its exit code (0 if ready)."""
    mount = f"type=bind,source={folder}/model_repository,target=/models"
    command = ["tritonserver", "--model-repository=/models", "--model-control-mode=explicit"]
    name = "lab-repository"
    options = ["--detach", "--name", name, "--network", "none", "--mount", mount]
    lab.docker("run", *options, lab.triton_image, *command, "--load-model=gemma")
    try:
        for _ in range(300):
            state = lab.docker("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", name)
            log = lab.docker("logs", name)
            told = log.stdout + log.stderr
            status, code = state.stdout.split()
            if status == "exited" or READY in told:
                return told, int(code)
            time.sleep(0.1)
        raise AssertionError(f"neither ready nor ended after 30 s: {told}")
    finally:
        lab.docker("rm", "--force", name)
