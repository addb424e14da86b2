"""`ask` with a real tritonserver on a real engine; the backend stands in for vLLM."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun, environment
from tests.lab.web import fetch
from tests.terminal import CTRL_C, Terminal

NAME = "triton_vllm_server"
READY = "http://127.0.0.1:8000/v2/health/ready"


def serve(lab: Lab, folder: Path, *options: str, wait: bool = True) -> None:
    """The guide's server, as `launch` would start it."""
    mount = f"type=bind,source={lab.repository(folder)},target=/models"
    server = ["tritonserver", "--model-repository=/models", "--model-control-mode=explicit"]
    named = [
        "-d",
        "--name",
        NAME,
        "-p",
        "8000:8000",
        "-p",
        "8001:8001",
        "-p",
        "8002:8002",
        *options,
    ]
    run = ("run", *named, "--mount", mount, lab.triton_image, *server, "--load-model=gemma")
    lab.docker(*run)
    if wait:
        fetch(READY)


@pytest.fixture
def bare(lab: Lab) -> Iterator[Lab]:
    """A lab without the deployment's container, before and after."""
    lab.docker("rm", "-f", NAME, check=False)
    yield lab
    lab.docker("rm", "-f", NAME, check=False)


@pytest.fixture(scope="module")
def serving(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab in which the server runs."""
    lab.docker("rm", "-f", NAME, check=False)
    serve(lab, tmp_path_factory.mktemp("serving"))
    yield lab
    lab.docker("rm", "-f", NAME, check=False)


def ask(lab: Lab, *args: str) -> DoctorRun:
    return lab.doctor("ask", "--format", "json", *args)


def test_the_answer_is_all_of_stdout(serving: Lab) -> None:
    run = serving.doctor("ask", "What is Triton?")
    assert (run.code, run.out) == (0, "The doctor says hello\n"), run
    assert "First token after" in run.err


def test_without_streaming_the_prompt_is_not_in_the_answer(serving: Lab) -> None:
    run = serving.doctor("ask", "--no-stream", "What is Triton?")
    assert (run.code, run.out) == (0, "The doctor says hello\n"), run


def test_the_answer_as_data(serving: Lab) -> None:
    run = ask(serving, "--max-tokens", "16", "--stop", "x", "--param", "min_p=0.1", "Hi")
    assert run.code == 0, run
    assert run.json["answer"] == "The doctor says hello"
    assert run.json["tokens"] == 4
    assert 0 < run.json["first_token_seconds"] <= run.json["seconds"]
    assert run.json["findings"] == []


def test_a_parameter_that_vllm_does_not_know_is_named_from_the_log(serving: Lab) -> None:
    run = ask(serving, "--param", "max_token=3", "Hi")
    assert run.code == 1
    assert run.ids == ["request/bad-input"], run
    assert "Unexpected keyword argument 'max_token'" in run.finding("request/bad-input")["title"]
    text = serving.doctor("ask", "--param", "max_token=3", "Hi")
    assert "Did you mean max_tokens?" in text.err


def test_a_value_that_vllm_does_not_take(serving: Lab) -> None:
    run = ask(serving, "--param", 'top_p="much"', "Hi")
    assert "top_p must be a number" in run.finding("request/bad-input")["title"]


def test_a_prompt_that_is_too_long(serving: Lab) -> None:
    run = ask(serving, "word " * 200)
    assert run.ids == ["request/prompt-too-long"], run
    assert "length 200" in run.finding("request/prompt-too-long")["title"]


def test_a_model_that_is_not_there(serving: Lab) -> None:
    run = ask(serving, "--model", "gema", "Hi")
    assert run.ids == ["request/model-not-ready"], run
    assert any("gemma" in line for line in run.finding("request/model-not-ready")["evidence"])
    text = serving.doctor("ask", "--model", "gema", "Hi")
    assert "Did you mean gemma? Ask it with --model gemma" in text.err


def test_an_answer_without_a_word(serving: Lab) -> None:
    assert ask(serving, "mute").ids == ["request/empty-answer"]


def test_no_word_in_time(serving: Lab) -> None:
    run = ask(serving, "--timeout", "0.5", "slowly")
    assert run.ids == ["request/no-answer"], run


def test_the_metrics_port(serving: Lab) -> None:
    run = ask(serving, "--url", "localhost:8002", "Hi")
    assert run.ids == ["request/other-program"], run
    assert "metrics" in run.finding("request/other-program")["title"]


def test_a_path_that_the_server_does_not_have(serving: Lab) -> None:
    run = ask(serving, "--url", "localhost:8000/v2/health", "Hi")
    assert run.ids == ["request/wrong-endpoint"], run
    assert "no such address" in run.finding("request/wrong-endpoint")["title"]


def test_the_line_of_curl_does_the_same(serving: Lab) -> None:
    prompt = 'It\'s "quoted" \\ & <odd> $HOME `x` %d!\nañd'
    shown = serving.doctor("ask", "--show-request", prompt)
    assert shown.code == 0
    done = subprocess.run(["sh", "-c", shown.out], capture_output=True, text=True, check=False)
    assert "doctor" in done.stdout, done
    whole = serving.doctor("ask", "--show-request", "--no-stream", prompt)
    done = subprocess.run(["sh", "-c", whole.out], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["text_output"] == "The doctor says hello"


def test_each_question_of_the_guide_is_answered(serving: Lab, tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "ask.md").read_text("utf-8")
    lines = [
        one for one in guide.splitlines() if re.match(r"(echo .* \| )?triton-doctor ask ", one)
    ]
    asked = [one for one in lines if "--show-request" not in one]
    assert len(asked) >= 4
    for line in asked:
        typed = line.replace("triton-doctor", f"'{sys.executable}' -m triton_doctor")
        env = environment(serving.host, tmp_path, {})
        done = subprocess.run(
            ["bash", "-c", typed], env=env, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, "The doctor says hello\n"), (line, done)


def test_words_come_one_by_one_and_ctrl_c_ends_the_request(serving: Lab, tmp_path: Path) -> None:
    env = environment(serving.host, tmp_path, {})
    with Terminal("ask", "slowly", cwd=tmp_path, env=env) as terminal:
        terminal.until("The doctor")
        assert "hello" not in terminal.flat
        terminal.press(CTRL_C)
        assert terminal.code() == 130
        assert "stopped; the request was ended" in terminal.flat
        assert "Traceback" not in terminal.text
    assert serving.doctor("ask", "Hi").code == 0
