"""The cache of downloads: the container's script, run by a shell here, and how it is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checkpoints import COMMIT, cache, model, put, repository, shard, shard_name
from tests.fakes import FakeDocker, FakeHost, ask
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.host.protocol import DockerTrouble, FileStat, ProbeEnd, ProbeRun
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.volume_script import SCRIPT, TARGET
from triton_doctor.probes.volume_told import Lacking, VolumeTold, parse
from triton_doctor.probes.weights import Weights, weights
from triton_doctor.probes.weights_reading import read
from triton_doctor.probes.weights_store import HostStore

NAME, FOLDER = "google/gemma-2b", "hub/models--google--gemma-2b"
FIRST = shard_name(1, 3)
SHELLS = [shell for shell in ("sh", "bash", "busybox") if shutil.which(shell)]


def told(root: Path, *arguments: str, shell: str = "sh", path: str = "") -> VolumeTold:
    """What the script says of a folder here, in place of the volume."""
    script = SCRIPT.replace(f"cd {TARGET}", f"cd '{root}'")
    argv = [shell, *(["sh"] if shell == "busybox" else []), "-c", script, "probe", *arguments]
    env = {**os.environ, "PATH": path} if path else None
    ran = subprocess.run(argv, capture_output=True, check=True, env=env)
    assert ran.stderr == b""
    answer = parse(ran.stdout)
    assert answer is not None
    return answer


DAMAGES: dict[str, dict[str, bytes]] = {
    "whole": {},
    "cut": {FIRST: shard(layer1=16)[:-1]},
    "tiny": {FIRST: b"1234567"},
    "empty": {FIRST: b"", "config.json": b"", "tokenizer.json": b""},
    "no end": {FIRST: b"\xff" * 64},
    "beyond": {FIRST: (10**8).to_bytes(8, "little") + b'{"a": 1}'},
    "text": {FIRST: b"version https://git-lfs.github.com/spec/v1\n"},
    "names": {"a\nb.safetensors": b"x", "-n": b"y", ".hidden.json": b"{}", "two words.bin": b"PK"},
    "index": {"model.safetensors.index.json": b"[]"},
    "tail": {"tokenizer.json": b"{" + b" " * 2000},
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("files", DAMAGES.values(), ids=DAMAGES.keys())
def test_the_container_sees_what_this_machine_sees(
    tmp_path: Path, files: dict[str, bytes], shell: str
) -> None:
    snapshot = cache(tmp_path, NAME, {**model(3), **files})
    (snapshot / "gone.json").symlink_to("../../blobs/gone")
    (snapshot / "onnx").mkdir()
    place = told(tmp_path, FOLDER, "main", shell=shell).places[FOLDER]
    known = Checkpoint("gemma", NAME)
    inner = f"{FOLDER}/snapshots/{COMMIT}"
    assert read(place, known) == read(HostStore(LocalHost(), str(tmp_path), inner), known)
    assert place.commit == COMMIT


def test_several_places_and_what_is_not_there(tmp_path: Path) -> None:
    cache(tmp_path, NAME, model(1), branch="v2")
    put(tmp_path / "mine", {"config.json": b"{}"})
    answer = told(tmp_path, FOLDER, "main", "=mine", "", "=no", "", "hub/models--a--b", "main")
    assert [place.there for place in answer.places.values()] == [False, True, False, False]
    assert told(tmp_path, FOLDER, "v2").places[FOLDER].there
    assert told(tmp_path, FOLDER, COMMIT).places[FOLDER].there
    assert answer.free is not None


def test_a_thousand_files(tmp_path: Path) -> None:
    cache(tmp_path, NAME, model(1000))
    seen = read(told(tmp_path, FOLDER, "main").places[FOLDER], Checkpoint("gemma", NAME))
    assert (len(seen.files), seen.sound) == (1000, True)


def test_an_image_without_the_tools_says_so(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    shell = shutil.which("sh") or "/bin/sh"
    with pytest.raises(Lacking, match="stat"):
        told(tmp_path, shell=shell, path=str(tmp_path / "bin"))


@pytest.mark.parametrize("out", [b"", b"place\0=a\0file\0x\0size\0", b"head-bytes\x0099\0"])
def test_an_answer_that_was_cut_is_none(out: bytes) -> None:
    assert parse(out) is None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 1 << 16), st.binary(max_size=6))
def test_an_answer_with_damage_makes_nothing_stumble(at: int, instead: bytes) -> None:
    """Cut anywhere, with other bytes in place of some."""
    place = b"place\0a\0commit\0c\0blob\0b.incomplete\0file\0config.json\0size\0002\0"
    files = b"head-bytes\0002\0{}file\0m.safetensors\0size\0009\0share\0009\0shared\0\0"
    out = place + files + shard(a=1)[:9] + b"end\0\0done\0\0"
    at %= len(out)
    try:
        answer = parse(out[:at] + instead + out[at + len(instead) :])
    except Lacking:
        return
    for seen in answer.places.values() if answer else ():
        read(seen, Checkpoint("gemma", NAME))


# ---- how the engine is asked ------------------------------------------------------------------

SOCKET = {"/var/run/docker.sock": FileStat("other", 0o660, 0, 0, 0, 0.0)}
ABSENT = DockerTrouble("api", "No such image: ubuntu:24.04", 404)
DONE = b"disk\0overlay 270 190 80 71% /\n\0done\0\0"


class Machine:
    """A fake engine beside the real files of this machine."""

    def __init__(self, root: Path, answers: Sequence[Any], volume: Any = None) -> None:
        self.runs: list[ProbeRun] = []
        given = iter(answers)

        def run(one: ProbeRun) -> Any:
            self.runs.append(one)
            return next(given)

        kept = {"Name": "triton_hf_cache"} if volume is None else volume
        self.engine = FakeDocker(
            version={}, info={}, images=[], volume=lambda _: kept or None, probe=run
        )
        folders = {str(root): ["gemma"], f"{root}/gemma": ["1", "config.pbtxt"]}
        folders[f"{root}/gemma/1"] = ["model.json"]
        files = {
            f"{root}/gemma/{name}": (root / "gemma" / name).read_bytes()
            for name in ("config.pbtxt", "1/model.json")
        }
        self.host = FakeHost(engine=self.engine, folders=folders, files=files, stats=SOCKET)
        self.root = str(root)

    def look(self) -> Weights:
        fact = ask(
            weights, self.host, deployment={"repository": self.root}, settings={"offline": True}
        )
        assert isinstance(fact, Weights)
        return fact


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path, {"model": NAME})


def test_one_container_with_the_volume_read_only(root: Path) -> None:
    machine = Machine(root, [ProbeEnd(-1, DONE, b"")])
    seen = machine.look()
    assert machine.runs[0].volumes == (("triton_hf_cache", TARGET),)
    assert machine.runs[0].mounts == ()
    assert machine.runs[0].argv[-2:] == (FOLDER, "main")
    assert seen.cache is not None
    assert (seen.cache.there, seen.cache.free, seen.cache.trouble) == (True, 80 * 1024, "")
    assert seen.checkpoints[0].reason == "not-cached"


def test_a_volume_that_is_not_there_is_not_mounted(root: Path) -> None:
    machine = Machine(root, [], volume={})
    assert machine.look().checkpoints[0].reason == "no-volume"
    assert machine.runs == []


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        ([ABSENT, ABSENT], "no-image"),
        ([ProbeEnd(0, b"lacks\0od\0", b""), ABSENT], "no-image"),
        ([DockerTrouble("silent", "no answer")], "silent"),
        ([DockerTrouble("api", "permission denied", 500)], "refused"),
        ([ProbeEnd(1, b"disk\0", b"cd: can't cd")], "failed"),
    ],
)
def test_a_volume_that_cannot_be_looked_into(root: Path, answers: list[Any], trouble: str) -> None:
    seen = Machine(root, answers).look()
    assert seen.cache is not None
    assert seen.cache.trouble == trouble
    assert seen.checkpoints[0].reason == "volume-unseen"


def test_no_container_where_the_model_lies_in_a_folder(tmp_path: Path) -> None:
    put(tmp_path / "gemma" / "weights", model(1))
    repository(tmp_path, {"model": "/models/gemma/weights"})
    plan = Deployment(repository=str(tmp_path))
    assert Context(LocalHost(), plan, Settings()).fact(weights).cache is None


def test_without_an_engine_folders_are_still_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    put(tmp_path / "other" / "weights", model(1))
    repository(tmp_path, {"model": NAME})
    repository(tmp_path, {"model": "/models/other/weights"}, "other")
    plan = Deployment(repository=str(tmp_path), model=("gemma", "other"))
    seen = Context(LocalHost(), plan, Settings(offline=True)).fact(weights)
    assert [one.reason for one in seen.checkpoints] == ["volume-unseen", ""]
    assert seen.checkpoints[1].sound
    assert seen.cache is not None
    assert seen.cache.trouble == "no-engine"
