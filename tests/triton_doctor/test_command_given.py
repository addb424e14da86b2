"""`triton-doctor command` with a command of the user's own, as it is run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import warm

SECRET = "hf_" + "aB3dE5gH7j" * 3
TAIL = (
    "nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3 tritonserver --model-repository=/models "
    "--model-control-mode=explicit --load-model=gemma"
)


def doctor(
    folder: Path, *argv: str, given: str | bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    data = given.encode() if isinstance(given, str) else given
    return warm.run(("command", *argv), cwd=folder, env=os.environ, input=data, timeout=60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "models/gemma/1").mkdir(parents=True)
    (tmp_path / "models/gemma/config.pbtxt").write_text('backend: "vllm"')
    (tmp_path / "models/gemma/1/model.json").write_text('{"model": "/models/gemma/weights"}')
    return tmp_path


def good(folder: Path) -> str:
    return f"docker run --gpus all -p 8000:8000 -e HF_TOKEN -v {folder}/models:/models {TAIL}"


def test_words_after_two_dashes(folder: Path) -> None:
    done = doctor(folder, "--format", "json", "--", *good(folder).split())
    document = json.loads(done.stdout)
    assert (done.returncode, document["findings"]) == (0, [])
    assert document["deployment"]["repository"] == f"{folder}/models"
    assert document["command"] == {
        "source": "argv",
        "path": None,
        "shell": document["command"]["shell"],
        "corrected": None,
    }


def test_a_whole_command_between_quotes(folder: Path) -> None:
    """Also one that is longer than a file's name may be."""
    text = good(folder).replace(" -v", " -e A=" + "b" * 300 + " -v")
    for command in (good(folder), text):
        done = doctor(folder, command, "--format=json", "--shell=bash")
        document = json.loads(done.stdout)
        assert (done.returncode, document["findings"]) == (0, [])
        assert document["deployment"]["repository"] == f"{folder}/models"


def test_text_on_standard_input(folder: Path) -> None:
    text = good(folder).replace(" -p", " \\ \n  -p")
    done = doctor(folder, "-", "--format=json", "--shell=bash", given=text)
    document = json.loads(done.stdout)
    assert done.returncode == 1
    (finding,) = document["findings"]
    assert (finding["problem"], finding["where"]) == ("docker/bad-command", "1:24")
    assert document["command"]["corrected"] == text.replace("\\ \n", "\\\n")


def test_a_script_in_a_file(folder: Path) -> None:
    (folder / "run.ps1").write_bytes(
        ("\ufeff" + good(folder).replace("HF_TOKEN", "HF_TOKEN=$HF_TOKEN")).encode("utf-16-le")
    )
    for argv in (["--from", "run.ps1"], ["run.ps1"]):
        done = doctor(folder, *argv, "--format", "json")
        (finding,) = json.loads(done.stdout)["findings"]
        assert finding["problem"] == "token/missing"
        assert finding["where"].startswith("run.ps1:1:")
        assert finding["fix"]["applicability"] == "safe"


def test_what_the_machine_knows_is_asked(folder: Path) -> None:
    wrong = good(folder).replace("gemma", "gema").replace("/models:/", "/nothing:/")
    done = doctor(folder, "--format", "json", "--", *wrong.split())
    assert [one["problem"] for one in json.loads(done.stdout)["findings"]] == [
        "mount/source-missing"
    ]
    wrong = good(folder).replace("gemma", "gema")
    done = doctor(folder, "--format", "json", "--", *wrong.split())
    assert [one["problem"] for one in json.loads(done.stdout)["findings"]] == [
        "repository/not-found"
    ]


def test_the_whole_machine_with_check(folder: Path) -> None:
    wrong = good(folder).replace("gemma", "gema")
    done = doctor(folder, "--check", "--offline", "--format", "json", "--", *wrong.split())
    document = json.loads(done.stdout)
    assert {"command", "docker", "repository"} <= {one["id"] for one in document["checks"]}
    (finding,) = [one for one in document["findings"] if one["problem"] == "repository/not-found"]
    assert finding["check"] == "repository"
    assert any("--load-model=gema" in line for line in finding["evidence"])


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_token_is_never_shown(folder: Path, form: str) -> None:
    text = good(folder).replace("-e HF_TOKEN", f"-e HF_TOKEN={SECRET} -e MY_SECRET=opensesame")
    for argv in (["-"], ["--", *text.split()]):
        done = doctor(folder, f"--format={form}", *argv, given=text)
        assert b"token-in-clear" in done.stdout
        assert SECRET.encode() not in done.stdout + done.stderr
        assert b"opensesame" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("argv", "text", "said"),
    [
        (["-"], "ls -la\n", "there is no `docker run` in it, but `ls -la`"),
        (["-"], "\n \n", "is empty"),
        (["-"], "services:\n  a:\n    image: [\n", "is not valid YAML"),
        (["gone.sh"], "", "gone.sh: cannot be read"),
        (["--from", "gone.sh"], "", "gone.sh: cannot be read"),
        (["--from", "x", "--", "docker", "run"], "", "--from: is given beside a command"),
        (["--", "docker", "ps"], "", "there is no `docker run` in it"),
    ],
)
def test_what_cannot_be_read_is_wrong_usage(
    folder: Path, argv: list[str], text: str, said: str
) -> None:
    done = doctor(folder, *argv, given=text)
    assert done.returncode == 2
    assert said in done.stderr.decode()


def test_the_text_for_a_reader(folder: Path) -> None:
    done = doctor(
        folder, "-", "--shell", "bash", given=good(folder).replace("--gpus all ", "--rm ")
    )
    text = done.stdout.decode()
    assert done.returncode == 1
    assert "The command gives no GPU to the container" in text
    assert "--gpus all -p 8000:8000" in text
    assert text.isascii()
    assert (
        max(len(line) for line in text.splitlines() if not line.startswith(("    ", "      ")))
        <= 80
    )
    sound = doctor(folder, "-", "--shell", "bash", given=good(folder))
    assert sound.returncode == 0
    assert b"The command reads well." in sound.stdout
    half = good(folder).replace("--gpus all", "$MORE --gpus all")
    untold = doctor(folder, "-", "--shell=bash", given=half)
    assert untold.returncode == 3
    assert b"the rest could not be told" in b" ".join(untold.stdout.split())


def test_a_plain_run_says_nothing_of_a_command(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "triton_doctor", "--select", "repository", "--format", "json"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert [one["id"] for one in json.loads(done.stdout)["checks"]] == ["repository"]


@pytest.mark.parametrize("shell", ["bash", "fish", "powershell", "cmd", "git-bash", "compose"])
@pytest.mark.parametrize("more", [[], ["--gpus", "0,1", "--shm-size", "1g", "--http-port", "9000"]])
def test_what_the_doctor_writes_it_reads_back(folder: Path, shell: str, more: list[str]) -> None:
    written = doctor(folder, "--shell", shell, "--repository", "models", *more)
    kind = [] if shell == "compose" else ["--shell", shell]
    done = doctor(folder, "-", *kind, "--format", "json", given=written.stdout)
    document = json.loads(done.stdout)
    assert (done.returncode, [one["title"] for one in document["findings"]]) == (0, [])
    expected = {"repository": f"{folder}/models", "model": ["gemma"], "token_env": "HF_TOKEN"}
    if more:
        expected |= {"gpus": "0,1", "shm_size": "1g", "http_port": 9000}
    assert {key: document["deployment"][key] for key in expected} == expected
