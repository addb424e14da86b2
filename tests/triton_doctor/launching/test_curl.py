"""The line of curl is the same request in every shell."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triton_doctor.launching.asking import Sampling, body
from triton_doctor.launching.curl import ShellKind, curl_line

URL = "http://localhost:8000/v2/models/gemma/generate_stream"
SHELLS: list[ShellKind] = ["posix", "fish", "powershell", "cmd", "git-bash"]
PROMPTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def line(prompt: str, shell: ShellKind, *, direct: bool = False) -> str:
    request = body(prompt, Sampling(8, stop=("'\"\\",)), stream=True)
    return curl_line(URL, request, shell, direct=direct)


def sent(text: str) -> object:
    request = json.loads(text)
    return request["text_input"], json.loads(request["sampling_parameters"])


@pytest.mark.parametrize(
    "kind", [one for one in ("sh", "bash", "dash", "zsh") if shutil.which(one)]
)
@given(PROMPTS)
@settings(max_examples=15, deadline=None)
def test_a_real_shell_hands_on_what_was_meant(kind: str, prompt: str) -> None:
    script = f"curl() {{ for one; do printf '%s\\0' \"$one\"; done; }}\n{line(prompt, 'posix')}"
    done = subprocess.run([kind, "-c", script], capture_output=True, check=True)
    words = done.stdout.decode().split("\0")[:-1]
    assert words[:4] == ["-sSN", URL, "-H", "Content-Type: application/json"]
    assert sent(words[5]) == (prompt, {"max_tokens": 8, "stop": ["'\"\\"]})


@given(PROMPTS)
def test_powershell(prompt: str) -> None:
    typed = line(prompt, "powershell")
    match = re.fullmatch(
        r"'([^'\u2018-\u201b]*)' \| curl\.exe -sSN '[^']*' -H '[^']*' --data-binary '@-'", typed
    )
    assert match
    assert typed.isascii()
    assert sent(match[1])[0] == prompt


@given(PROMPTS)
def test_cmd(prompt: str) -> None:
    """Nothing that cmd reads stands in it, in quotes or not; `\\"` is a quote to curl's runtime."""
    match = re.fullmatch(r'curl -sSN "[^"]*" -H "[^"]*" -d "(.*)"', line(prompt, "cmd"))
    assert match
    inner = match[1]
    assert inner.isascii()
    assert not re.search(r"[&|<>^%!\r\n]", inner)
    assert not re.search(r'(?<!\\)"', inner)
    assert not re.search(r'\\\\+"', inner)
    assert sent(inner.replace('\\"', '"'))[0] == prompt


@given(PROMPTS)
def test_fish(prompt: str) -> None:
    """Within its quotes fish reads `\\\\` and `\\'`, and nothing else."""
    text = line(prompt, "fish").rpartition(" -d ")[2]
    assert text[0] == text[-1] == "'"
    assert "'" not in text[1:-1]
    assert "\\\\" not in text
    assert sent(text[1:-1])[0] == prompt


def test_git_bash_sees_no_path() -> None:
    assert "/models" not in line("/models is a folder", "git-bash").rpartition(" -d ")[2]


@pytest.mark.parametrize("shell", SHELLS)
def test_past_a_proxy(shell: ShellKind) -> None:
    assert "--noproxy" in line("Hi", shell, direct=True)
    assert "--noproxy" not in line("Hi", shell)
    assert "\n" not in line("a\nb", shell)


def test_nothing_in_it_steers_the_terminal() -> None:
    typed = line("a\x1b[2J\x7f\x9b\u202eb\u00a0c", "posix")
    assert typed.isprintable()
    assert sent(typed.rpartition(" -d ")[2][1:-1])[0] == "a\x1b[2J\x7f\x9b\u202eb\u00a0c"


def test_in_ascii_alone() -> None:
    request = body("häß 日 \U0001f600", Sampling(), stream=True)
    typed = curl_line(URL, request, "posix", direct=False, plain=True)
    assert typed.isascii()
    assert sent(typed.rpartition(" -d ")[2][1:-1])[0] == "häß 日 \U0001f600"
