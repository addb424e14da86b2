"""Every verdict on the form of a config.pbtxt, and its words, against the real server's log.

One server start reads a repository of hundreds of models: it polls them all before it gives up.
"""

from __future__ import annotations

import ast
import re
import sys
import zipfile
from pathlib import Path

from tests.lab.bench import Lab
from tests.triton_doctor_checks.repository.broken_texts import Texts
from tests.triton_doctor_checks.repository.test_text_format import REFUSED
from triton_doctor_checks.repository.text_format import Fault, parse

SERVER = "2.51.0"
_SAID = "Error parsing text-format inference.ModelConfig: "
_RECORD = re.compile(r"\n(?=\[libprotobuf |[EIW]\d{4} )")
_POLLED = re.compile(r"Poll failed for model directory '([^']+)'")


def words(log: str) -> dict[str, str]:
    """The first that protobuf said to each model's file. It stands before the poll's own line."""
    said: dict[str, str] = {}
    first = ""
    for record in _RECORD.split(log):
        if record.startswith("[libprotobuf ERROR") and not first:
            first = record.partition(_SAID)[2]
        polled = _POLLED.search(record)
        if polled and first:
            said[polled[1]], first = first, ""
    return said


def test_what_the_doctor_says_is_what_the_server_says(lab: Lab, tmp_path: Path) -> None:
    supply = Texts(seed=20261122)
    every = [*REFUSED, *(supply.text() for _one in range(600))]
    texts = {f"m{number:04d}": text for number, text in enumerate(every)}
    for name, text in texts.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.pbtxt").write_bytes(text.encode())
    mount = f"type=bind,source={tmp_path},target=/models,readonly"
    server = ["tritonserver", "--model-repository=/models", "--allow-metrics=false"]
    options = ["--rm", "--network", "none", "--name", "lab-text-format", "--mount", mount]
    command = ["run", *options, lab.triton_image, *server]
    run = lab.docker(*command, check=False, timeout=300)
    theirs = words(run.stdout + run.stderr)
    ours = {name: parse(text, SERVER) for name, text in texts.items()}
    told = {name: one.error for name, one in ours.items() if isinstance(one, Fault)}
    assert len(told) > 400
    assert len(texts) - len(told) > 50
    different = {name for name in texts if told.get(name) != theirs.get(name)}
    assert [(texts[name], told.get(name), theirs.get(name)) for name in sorted(different)] == []


def test_the_table_is_that_of_the_newest_client(lab: Lab, tmp_path: Path) -> None:
    """A new release of tritonclient that brings a new field asks for `python docs/schema.py`."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    lab.network.outside([*pip, "--dest", str(tmp_path), "tritonclient"])
    (wheel,) = tmp_path.glob("*.whl")
    recorded = Path(__file__).parents[1] / "recordings" / "model_config.binpb"
    with zipfile.ZipFile(wheel) as packed:
        name = next(one for one in packed.namelist() if one.endswith("/model_config_pb2.py"))
        source = packed.read(name).decode()
    generated = re.search(r"AddSerializedFile\((b'.*')\)", source)
    assert generated is not None
    assert ast.literal_eval(generated[1]) == recorded.read_bytes()
