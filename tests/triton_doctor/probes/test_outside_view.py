"""The repository as this machine has it: real folders, through the real host."""

from __future__ import annotations

from pathlib import Path

from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.outside_view import OutsideView, look


@probe("outside", doing="looking")
def outside(asked: Asking) -> OutsideView:
    """look() as a probe of its own."""
    return look(asked)


def seen_from(folder: Path, name: str = "model_repository") -> OutsideView:
    """The real folder through the real host."""
    deployment = Deployment(repository=str(folder / name))
    return Context(LocalHost(), deployment, Settings()).fact(outside)


def test_a_real_folder_is_seen(tmp_path: Path) -> None:
    model = tmp_path / "model_repository" / "gemma"
    model.mkdir(parents=True)
    (model / "config.pbtxt").write_text('backend: "vllm"')
    (model.parent / ".hidden").touch()
    view = seen_from(tmp_path)
    assert (view.kind, view.names, view.count) == ("folder", (".hidden", "gemma"), 2)
    assert view.sample == "gemma/config.pbtxt"
    assert view.digest
    assert not view.private


def test_without_the_models_own_file_another_small_one_serves(tmp_path: Path) -> None:
    other = tmp_path / "model_repository" / "other"
    other.mkdir(parents=True)
    (other / "weights.bin").write_bytes(bytes(100_000))
    (other / "zz.txt").write_text("hello")
    assert seen_from(tmp_path).sample == "other/zz.txt"


def test_a_private_file_is_noticed(tmp_path: Path) -> None:
    model = tmp_path / "model_repository" / "gemma"
    model.mkdir(parents=True)
    (model / "config.pbtxt").write_text("x")
    (model / "config.pbtxt").chmod(0o640)
    view = seen_from(tmp_path)
    assert view.private
    assert view.mode == 0o640


def test_what_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert seen_from(tmp_path, "file").kind == "file"
    assert seen_from(tmp_path, "file/below").trouble == "file-above"
    assert seen_from(tmp_path, "nowhere").trouble == "missing"


def test_odd_names_can_be_saved(tmp_path: Path) -> None:
    folder = tmp_path / "model_repository"
    folder.mkdir()
    (folder / "u\u0308").touch()
    Path(f"{folder}/\udcff").touch()
    assert seen_from(tmp_path).names == ("\\xff", "\u00fc")
