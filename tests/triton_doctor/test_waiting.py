"""--wait-for-ready where the engine cannot be asked: only the server's own answers count.

With an engine: tests/lab/test_wait_for_ready.py.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from tests.stand_in_server import StandIn, reply
from tests.triton_doctor.test_cli import doctor

YES, NO = [reply("200 OK", b"")], [reply("503 Service Unavailable", b"")]
HOST = ["--select", "host", "--format", "json"]


def waited(folder: Path, *arguments: str) -> tuple[int, dict[str, object], str]:
    """Exit code, the result of waiting, and what was said meanwhile."""
    done = doctor(*arguments, *HOST, cwd=folder)
    report = json.loads(done.stdout)
    (one,) = [check for check in report["checks"] if check["id"] == "wait-for-ready"]
    assert report["checks"][0] == one
    assert report["exit_code"] == done.returncode
    return done.returncode, one, done.stderr.decode()


def test_a_server_that_is_ready(tmp_path: Path) -> None:
    with StandIn(YES) as server:
        code, one, said = waited(tmp_path, "--wait-for-ready", "--http-port", str(server.port))
        asked = {request.split(b" ")[1] for request in server.requests}
    assert (code, one["outcome"]) == (0, "passed")
    assert str(one["healthy"]).startswith(f"server and models are ready at 127.0.0.1:{server.port}")
    assert asked == {b"/v2/health/ready", b"/v2/models/gemma/ready"}
    assert "the Docker engine cannot be asked" in said


def test_a_model_that_is_not_ready_holds_the_gate(tmp_path: Path) -> None:
    with StandIn(YES, {"GET /v2/models/gemma/ready": NO}) as server:
        port = str(server.port)
        code, one, _ = waited(tmp_path, "--wait-for-ready=0.5", "--http-port", port)
    assert (code, one["outcome"]) == (3, "could-not-tell")
    assert "within 0.5 s" in str(one["reason"])
    assert float(str(one["seconds"])) >= 0.5


def test_a_server_that_comes_up_meanwhile(tmp_path: Path) -> None:
    line = "GET /v2/health/ready"
    with StandIn(YES, {line: NO}) as server:

        def come_up() -> None:
            while not server.requests:
                time.sleep(0.01)
            server.say(line, YES)

        threading.Thread(target=come_up, daemon=True).start()
        code, one, _ = waited(tmp_path, "--wait-for-ready=30", "--http-port", str(server.port))
    assert (code, one["outcome"]) == (0, "passed")
    assert len(server.requests) >= 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--wait-for-ready=soon"], "--wait-for-ready: expected a number above 0"),
        (["--wait-for-ready=0"], "--wait-for-ready: expected a number above 0"),
        (["--fix", "--wait-for-ready"], "--wait-for-ready: does not go with --fix"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], says: str, tmp_path: Path) -> None:
    done = doctor(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr.decode()


def test_the_file_says_it_for_the_plain_run(tmp_path: Path) -> None:
    (tmp_path / "triton-doctor.toml").write_text("wait-for-ready = 0.2\n")
    assert waited(tmp_path)[0] == 3
