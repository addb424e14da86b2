"""What is found in commands as people type, paste and keep them."""

from __future__ import annotations

import pytest
from hypothesis import given as anything
from hypothesis import settings
from hypothesis import strategies as st

from tests.triton_doctor_checks.command.reading import better, taken, typed, verdict
from tests.triton_doctor_checks.command.test_commands import (
    BAD,
    CMD,
    GUIDE,
    IMAGE,
    POWERSHELL,
    REPO,
    SECRET,
    SERVER,
    guide,
)
from triton_doctor.model import Severity
from triton_doctor.probes.given_command import SourceLook


@pytest.mark.parametrize(
    ("written", "own", "text"),
    [("PowerShell", "bash", POWERSHELL), ("cmd", "bash", CMD), ("bash", "powershell", GUIDE)],
)
def test_a_text_for_another_shell_is_read_as_its_own(written: str, own: str, text: str) -> None:
    result = verdict(taken(text, own))
    assert result.ids == ["command/other-shell"]
    assert result.findings[0].title.startswith(f"The command is written for {written},")


MESS = "ab \n\\`^'\"$%{}()<>|&;:=,-/–“”#~@\r\t"


@pytest.mark.parametrize("known", ["$PWD/model_repository", "=gemma"])
def test_an_unknown_variable_leaves_it_untold(known: str) -> None:
    result = verdict(taken(guide((known, "=" * (known[0] == "=") + "$MODELS"))))
    assert result.ids == []
    assert "MODELS" in result.doubts[0].reason


@pytest.mark.parametrize(
    ("shell", "written", "right"),
    [
        ("bash", "./models", '"$PWD"/models'),
        ("bash", '"./models"', '"$PWD/models"'),
        ("bash", "'./models'", "'./models'"),
        ("fish", "./models", '"$PWD"/models'),
        ("powershell", "./models", "${PWD}/models"),
        ("cmd", "./models", '"%cd%"/models'),
    ],
)
def test_the_folder_in_a_correction_may_have_a_blank_in_its_name(
    shell: str, written: str, right: str
) -> None:
    text = f"docker run --gpus all -p 8000:8000 -v {written}:/models {IMAGE} {SERVER}"
    given = taken(text, shell)
    assert f"-v {right}:/models" in (better(given, verdict(given)) or text)


def test_a_place_in_the_container_is_made_whole() -> None:
    for written in (
        "-v $PWD/models:models:ro",
        "--mount type=bind,source=$PWD/models,target=models",
    ):
        given = taken(guide((REPO, written)))
        right = "/models".join(written.rsplit("models", 1))
        assert f" {right} " in better(given, verdict(given))


def test_another_program_is_not_judged() -> None:
    result = verdict(taken(guide((SERVER, "python3 serve.py"))))
    assert result.ids == []
    assert "python3" in result.doubts[0].reason


def test_words_that_a_shell_has_parted() -> None:
    argv = ["docker", "run", "--gpus", "all", "-p", "8000:8000", "-v", "/srv:/models"]
    tail = [IMAGE, *SERVER.split()]
    result = verdict(typed(*argv, "-e", f"HF_TOKEN={SECRET}", *tail))
    assert result.ids == ["command/token-in-clear"]
    assert "shell puts it there" in result.findings[0].why
    same = typed(*argv, "-e", f"HF_TOKEN={SECRET}", *tail, environment={"HF_TOKEN": SECRET})
    assert verdict(same).ids == []
    assert same.variables[0].same_as == "HF_TOKEN"
    # What is shown to be pasted has no stars in it.
    typed_in = typed(*argv, "-e", f"HF_TOKEN={SECRET}", *tail)
    assert " -e HF_TOKEN nvcr" in better(typed_in, verdict(typed_in))
    known = {"HF_TOKEN": SECRET}
    other = typed(*argv, "--rm", "-e", f"HF_TOKEN={SECRET}", *tail, environment=known)
    assert " -e HF_TOKEN=$HF_TOKEN nvcr" in better(other, verdict(other))
    assert verdict(typed(*argv, "-e", "HF_TOKEN=", *tail)).ids == ["token/missing"]
    assert verdict(typed(*argv, "-e", "HF_TOKEN=:HF_TOKEN", *tail)).ids == ["token/invalid"]


def test_a_typographic_dash_among_words() -> None:
    given = typed("docker", "run", "–gpus", "all", "-v", "/srv:/models", IMAGE, *SERVER.split())
    result = verdict(given)
    assert result.findings[0].title.startswith("– is a typographic sign")
    assert " '--gpus' all " in better(given, result)


@pytest.mark.parametrize("shell", ["bash", "powershell", "cmd"])
@pytest.mark.parametrize("where", ["$HF_TOKEN", "gemma"])
def test_no_secret_is_in_the_fact_or_the_words(shell: str, where: str) -> None:
    text = guide((where, SECRET), ("-d", "-d -e MY_SECRET='abc def ghi'"))
    given = taken(text, shell)
    result = verdict(given)
    for said in (repr(given), repr(result.findings), better(given, result)):
        assert SECRET not in said
        assert "def ghi" not in said


def test_windows_line_ends_matter_to_a_unix_shell_alone() -> None:
    text = GUIDE.replace("\n", "\r\n")
    assert verdict(taken(text, path="run.sh")).ids == [BAD]
    assert verdict(taken(text)).ids == []  # what is pasted has the terminal's own
    assert verdict(taken(CMD.replace("\n", "\r\n"), path="run.bat", own="cmd")).ids == []


def test_the_log_of_a_container_is_found_by_its_name() -> None:
    named, unnamed = (
        guide(("-d", "-d --rm"), ("triton_vllm_server", "my_triton")),
        "docker run --rm",
    )
    assert "docker logs my_triton" in verdict(taken(named)).findings[0].remedy
    text = f"{unnamed} --gpus all -p 8000:8000 -v /srv:/models {IMAGE} {SERVER}"
    assert "Give it a name too" in verdict(taken(text)).findings[0].remedy


def test_a_script_is_edited_and_a_paste_is_shown() -> None:
    text = guide(("--gpus all ", ""))
    in_file = verdict(taken(text, path="run.sh")).findings[0].fix
    pasted = verdict(taken(text)).findings[0].fix
    assert in_file
    assert pasted
    assert (str(in_file.applicability), str(pasted.applicability)) == ("safe", "show")
    edit = in_file.steps[0].edit
    assert edit
    assert (edit.path, edit.line, edit.column, edit.new) == ("run.sh", 1, 12, "--gpus all ")


@pytest.mark.parametrize(
    ("system", "expected"),
    [("wsl2", "/mnt/c/Users/ada/model_repository"), ("linux", "and this system is not Windows")],
)
def test_a_drive_means_another_thing_on_another_system(system: str, expected: str) -> None:
    text = guide(("$PWD/model_repository", "C:\\Users\\ada\\model_repository"))
    (finding,) = verdict(taken(text), system=system).findings
    assert expected in finding.title + finding.remedy


def test_a_volume_named_as_a_folder_that_is_here() -> None:
    text = guide(("--mount type=bind,source=$PWD/", "-v "), (",target=", ":"))
    given = taken(text)
    (finding,) = verdict(given).findings
    assert finding.severity is Severity.WARNING
    looks = (SourceLook("model_repository", "folder"),)
    (finding,) = verdict(given, **{"given-sources": looks}).findings
    assert finding.severity is Severity.ERROR
    looks = (SourceLook("triton_hf_cache", "missing"),)  # a new volume is made, and is well
    assert verdict(taken(GUIDE), **{"given-sources": looks}).ids == []
    declared = guide(("type=bind,source=$PWD/model_repository", "type=volume,source=models"))
    assert verdict(taken(declared)).ids == []


def test_older_servers_take_a_model_without_the_mode_and_ignore_it() -> None:
    text = guide(("--model-control-mode=explicit ", ""), ("25.06", "24.05"))
    assert verdict(taken(text)).findings[0].severity is Severity.WARNING


@settings(max_examples=120, deadline=None)
@anything(
    st.sampled_from(
        [("bash", GUIDE), ("powershell", POWERSHELL), ("cmd", CMD), ("git-bash", GUIDE)]
    ),
    st.lists(
        st.tuples(st.integers(0, 600), st.integers(0, 40), st.text(MESS, max_size=6)), max_size=4
    ),
)
def test_no_mangled_command_is_too_strange(
    start: tuple[str, str], cuts: list[tuple[int, int, str]]
) -> None:
    """Whatever is cut out of a command and put into it, it is judged, and corrected, to an end."""
    shell, text = start
    for place, length, new in cuts:
        text = text[:place] + new + text[place + length :]
    seen = taken(text, shell)
    if not seen.trouble:
        assert better(seen, verdict(seen)) != seen.text
