"""The wizard's end on a real engine: nothing is in the way, so it offers to start the server."""

from __future__ import annotations

from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.doctor import environment
from tests.terminal import ENTER, Terminal

OPTIONS = ("--fix", "--offline", "--gpus", "none")
PORTS = ("--http-port", "18400", "--grpc-port", "18401", "--metrics-port", "18402")


def wizard(lab: Lab, folder: Path, name: str) -> Terminal:
    # What is left out could stand in the way: nothing is.
    changes = {"HF_TOKEN": "hf_" + "aB3dE5gH7jK9mN1pQ3" * 2, "TRITON_DOCTOR_IGNORE": None}
    variables = environment(lab.host, folder, changes)
    return Terminal(
        *OPTIONS, *PORTS, "--name", name, cwd=folder, env=variables, columns=100, lines=80
    )


def gone(lab: Lab, name: str) -> bool:
    return name not in lab.docker("ps", "-a").stdout


def test_a_start_that_fails_is_said_to_have_failed(lab: Lab, tmp_path: Path) -> None:
    """The image has the files of the server, and not the server."""
    lab.fake_vllm_image()
    lab.repository(tmp_path)
    with wizard(lab, tmp_path, "fix_fails") as seen:
        seen.until("Start the server now?")
        seen.press("y")
        assert seen.code() == 1
        assert "The engine refused" in seen.flat
        assert "executable file not found" in seen.flat
    assert gone(lab, "fix_fails")


def test_the_offer_to_start_is_taken_at_a_word_only(lab: Lab, tmp_path: Path) -> None:
    assert lab.triton_image
    repository = lab.repository(tmp_path)
    broken = (repository / "gemma/1/model.json").read_text().replace("0.9", "0.9,")
    (repository / "gemma/1/model.json").write_text(broken)
    with wizard(lab, tmp_path, "fix_starts") as seen:
        seen.asked()
        seen.press("a")
        seen.until("Start the server now?")
        seen.press(ENTER)
        assert seen.code() == 3  # with --offline nobody can say what the Hub would
    assert gone(lab, "fix_starts")
    with wizard(lab, tmp_path, "fix_starts") as seen:
        seen.until("Start the server now?")
        seen.press("y")
        assert seen.code() == 0
        assert "triton-doctor logs --follow fix_starts" in seen.flat
    assert not gone(lab, "fix_starts")
    lab.docker("rm", "-f", "fix_starts")
