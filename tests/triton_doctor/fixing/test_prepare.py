"""What a fix would change, on real files; nothing is changed by looking."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.triton_doctor.fixing.bench import MODEL, Bench
from triton_doctor.api import (
    ask_token,
    command,
    edit,
    make_folder,
    move,
    readable,
    setting,
    write_new,
)
from triton_doctor.fixing.changes import FileChange, MadeFolder, Modes
from triton_doctor.fixing.trouble import FixTrouble
from triton_doctor.repairs import Edit, Step

TEXT = MODEL.decode()


@pytest.fixture(autouse=True)
def filled(bench: Bench) -> None:
    bench.fill()


def half(path: str) -> Step:
    return edit(path, TEXT, 4, 12, "half", '"half"')


def refused(bench: Bench, *steps: Step) -> FixTrouble:
    before = bench.tree()
    with pytest.raises(FixTrouble) as caught:
        bench.prepare(*steps)
    assert bench.tree() == before
    return caught.value


def test_nothing_is_changed_and_all_is_told(bench: Bench) -> None:
    before = bench.tree()
    prepared = bench.whole_fix()
    assert bench.tree() == before
    assert prepared.undoable
    assert not prepared.needs_root
    assert '-  "dtype": half,\n-  "eager": ture\n+  "dtype": "half",\n' in prepared.diff
    assert "-http-port = 8000  # the usual one\n+http-port = 9000  # the usual one" in prepared.diff
    assert len(prepared.changes) == 7  # the two edits of one file are one change


def test_a_command_without_a_way_back_is_not_undoable(bench: Bench) -> None:
    assert not bench.prepare(command("docker", "pull", "x")).undoable


def test_text_that_is_not_there_any_more(bench: Bench) -> None:
    Path("model.json").write_text("other")
    trouble = refused(bench, half(bench.path("model.json")))
    assert (trouble.kind, trouble.path) == ("changed", bench.path("model.json"))


def test_a_file_that_is_gone_and_one_that_is_there(bench: Bench) -> None:
    assert refused(bench, half(bench.path("none.json"))).kind == "gone"
    assert refused(bench, write_new(bench.path("model.json"), "x")).kind == "there"
    assert refused(bench, write_new(bench.path("no/folder"), "x")).kind == "gone"
    assert refused(bench, move(bench.path("none"), bench.path("b"))).kind == "gone"
    assert refused(bench, move(bench.path("model.json"), bench.path("closed"))).kind == "there"
    assert refused(bench, make_folder(bench.path("model.json/1"))).kind in ("there", "gone")
    assert refused(bench, write_new(bench.path("closed"), "x")).kind == "failed"


def test_a_link_within_is_followed_and_said(bench: Bench) -> None:
    Path("real").mkdir()
    Path("model.json").rename("real/model.json")
    Path("model.json").symlink_to("real/model.json")
    prepared = bench.prepare(half(bench.path("model.json")))
    (change,) = prepared.changes
    assert isinstance(change, FileChange)
    assert change.path == bench.path("real/model.json")
    assert f"--- {bench.path('model.json')} (a link to {change.path}" in prepared.diff
    bench.carrier().apply(prepared, "gpu/busy")
    assert Path("model.json").is_symlink()
    assert b'"half"' in Path("real/model.json").read_bytes()


def test_a_link_out_of_the_deployment_is_refused(bench: Bench, tmp_path: Path) -> None:
    elsewhere = tmp_path.resolve() / "elsewhere"
    elsewhere.mkdir()
    Path("model.json").rename(elsewhere / "model.json")
    Path("model.json").symlink_to(elsewhere / "model.json")
    trouble = refused(bench, half(bench.path("model.json")))
    assert trouble.kind == "link"
    assert str(elsewhere / "model.json") in trouble.text
    Path("folder").symlink_to(elsewhere)
    assert refused(bench, half(bench.path("folder/model.json"))).kind == "link"
    assert refused(bench, write_new(bench.path("folder/new"), "x")).kind == "link"
    # Where the repository itself is there, so are its files.
    assert bench.prepare(half(bench.path("model.json")), within=(str(elsewhere),)).changes


def test_a_link_to_nothing_and_a_second_name(bench: Bench) -> None:
    Path("dangling").symlink_to("nothing")
    assert "nothing" in refused(bench, half(bench.path("dangling"))).text
    os.link("model.json", "second")
    trouble = refused(bench, half(bench.path("model.json")))
    assert trouble.kind == "hard-link"
    assert "2 names" in trouble.text


def test_what_is_no_file_is_not_opened(bench: Bench) -> None:
    os.mkfifo("pipe")
    assert refused(bench, half(bench.path("pipe"))).kind == "failed"


def test_a_variable_that_wins_over_the_settings(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRITON_DOCTOR_HTTP_PORT", "7000")
    trouble = refused(bench, setting("http-port", 9000))
    assert trouble.kind == "overridden"
    assert "TRITON_DOCTOR_HTTP_PORT" in trouble.text


def test_broken_settings_are_left_alone(bench: Bench) -> None:
    Path("triton-doctor.toml").write_text("http-port = \n")
    trouble = refused(bench, setting("http-port", 9000))
    assert (trouble.kind, trouble.path) == ("failed", bench.path("triton-doctor.toml"))


def test_settings_that_say_so_already_are_no_change(bench: Bench) -> None:
    assert bench.prepare(setting("http-port", 8000)).changes == ()


def test_an_edit_of_a_file_that_is_moved_before(bench: Bench) -> None:
    moved = bench.path("closed/model.json")
    prepared = bench.prepare(move(bench.path("model.json"), moved), half(moved))
    entry = bench.carrier().apply(prepared, "gpu/busy")
    assert b'"half"' in Path(moved).read_bytes()
    bench.carrier().undo(entry)
    assert Path("model.json").read_bytes() == MODEL


def test_a_token_is_shown_nowhere(bench: Bench) -> None:
    path = bench.path("private/token")
    asked = bench.prepare(ask_token(path))
    assert asked.asks == (path,)
    with pytest.raises(FixTrouble, match="Nothing was given"):
        bench.carrier().apply(asked, "token/missing")
    prepared = bench.prepare(ask_token(path), answers={path: "hf_abcdefghijklmnop"})
    assert "hf_abc" not in repr(prepared)
    bench.carrier().apply(prepared, "token/missing")
    assert Path(path).read_text() == "hf_abcdefghijklmnop"
    assert Path(path).stat().st_mode & 0o777 == 0o600
    assert Path(path).parent.stat().st_mode & 0o777 == 0o700
    every = [one for one in Path(bench.journal.folder).rglob("*") if one.is_file()]
    assert every
    assert not [one for one in every if b"hf_abc" in one.read_bytes()]


def test_a_token_file_that_was_open_to_all_is_closed_and_opened_again(bench: Bench) -> None:
    Path("token").write_text("old")
    Path("token").chmod(0o644)
    path = bench.path("token")
    entry = bench.carrier().apply(bench.prepare(ask_token(path), answers={path: "new"}), "t/m")
    assert Path("token").stat().st_mode & 0o777 == 0o600
    bench.carrier().undo(entry)
    assert Path("token").read_text() == "old"
    assert Path("token").stat().st_mode & 0o777 == 0o644


def test_reading_rights_are_those_of_chmod(bench: Bench) -> None:
    Path("closed/run.sh").touch(mode=0o700)
    Path("closed/run.sh").chmod(0o700)
    Path("closed/link").symlink_to("/etc/shadow")
    (change,) = bench.prepare(readable(bench.path("closed"))).changes
    assert isinstance(change, Modes)
    modes = {Path(one.path).name: (one.before, one.after) for one in change.items}
    assert modes == {
        "closed": (0o700, 0o755),
        "run.sh": (0o700, 0o755),
        "weights.bin": (0o600, 0o644),
    }


def test_folders_that_are_there_are_no_change(bench: Bench) -> None:
    prepared = bench.prepare(make_folder(bench.path("closed")), make_folder(bench.path("a/b")))
    assert prepared.changes == (MadeFolder((bench.path("a"), bench.path("a/b"))),)


def test_an_insertion_at_the_end_of_a_file_without_a_line_end(bench: Bench) -> None:
    Path("config.pbtxt").write_bytes(b'name: "a"')
    step = Step("", Edit(bench.path("config.pbtxt"), 1, 10, "", '\nbackend: "vllm"'))
    bench.carrier().apply(bench.prepare(step), "repository/x")
    assert Path("config.pbtxt").read_bytes() == b'name: "a"\nbackend: "vllm"'
