"""What the doctor says of a command, beside what the real client and engine say of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.lab.bench import Lab

IMAGE = "ubuntu:24.04"
NAME = "given-trial"
OWN_WORDS = ("docker/bad-command", "mount/bad-path")

# Options before the image, and whether the client or the engine refuses them.
COMMANDS = [
    (["--gpu", "all"], True),
    (["-gpus", "all"], True),
    (["-z"], True),
    (["--model-repository=/models"], True),
    (["--name", "a b"], True),
    (["--shm-size", "1x"], True),
    (["--shm-size", "1g"], False),
    (["-p", "x:y"], True),
    (["-p", "127.0.0.1:18000:8000/tcp"], False),
    (["--gpus", "half"], True),
    (["--rm", "--restart", "always"], True),
    (["--mount", "type=bind,source=models,target=/models"], True),
    (["--mount", "source=HERE,target=/models"], True),
    (["--mount", "type=bind,source=HERE,taget=/models"], True),
    (["--mount", "type=bind,src=HERE,dst=/models,readonly"], False),
    (["--mount", "type=volume,source=given-volume,target=/models"], False),
    (["-v", "models/a:/models"], True),
    (["-v", "HERE:/models:ro,z"], False),
    (["-v", "HERE:/models:zz"], True),
    (["--net", "host"], False),
    (["-it", "--init", "-e", "A=b", "--ulimit", "memlock=-1"], False),
]


@pytest.mark.parametrize(
    ("options", "refused"), COMMANDS, ids=[" ".join(one) for one, _ in COMMANDS]
)
def test_the_doctor_refuses_what_docker_refuses(
    lab: Lab, options: list[str], refused: bool, tmp_path: Path
) -> None:
    argv = [*(one.replace("HERE", str(tmp_path)) for one in options), IMAGE, "true"]
    created = lab.docker(
        "create", *([] if "--name" in options else ["--name", NAME]), *argv, check=False
    )
    lab.docker("rm", "-f", NAME, check=False)
    assert bool(created.returncode) == refused, created.stderr
    run = lab.doctor("command", "--format", "json", "--", "docker", "run", "--gpus=all", *argv)
    found = [one for one in run.json["findings"] if one["problem"] in OWN_WORDS]
    assert bool(found) == refused, (found, created.stderr)


@pytest.mark.parametrize(
    "options", [["--gpu", "all"], ["-z"], ["--name"], ["--rm", "--restart", "always"]], ids=" ".join
)
def test_it_uses_docker_s_own_words(lab: Lab, options: list[str]) -> None:
    said = lab.docker("run", *options, *([] if options == ["--name"] else [IMAGE]), check=False)
    image = [] if options == ["--name"] else [IMAGE]
    run = lab.doctor("command", "--format", "json", "--", "docker", "run", *options, *image)
    titles = " ".join(one["title"] for one in run.json["findings"])
    first = re.sub(r"^docker: |\.$", "", said.stderr.strip().splitlines()[0])
    assert first in titles
