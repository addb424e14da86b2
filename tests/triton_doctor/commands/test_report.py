"""A report to send: nothing of anybody's secrets in it, and nothing written where some is left."""

from __future__ import annotations

import hashlib
import html
import io
import json
import shlex
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests import planted
from tests.triton_doctor.test_cli import doctor
from triton_doctor.commands import report as command
from triton_doctor.commands.compare import Asked as Compared
from triton_doctor.commands.compare import compare
from triton_doctor.commands.diagnose import diagnose
from triton_doctor.commands.logs import Asked as LogsAsked
from triton_doctor.commands.logs import logs
from triton_doctor.commands.replay import replay
from triton_doctor.commands.report_logs import HEAD, TAIL, read
from triton_doctor.deployment import FORMATS, Deployment, Settings
from triton_doctor.errors import UsageError

DEPLOYMENT = Deployment(**planted.DEPLOYMENT)
SETTINGS = Settings(timeout=60)


def found(text: str, parts: list[str]) -> list[str]:
    """The canaries in a text, as it is and as JSON or HTML would have written it."""

    plain = html.unescape(text)
    return [
        part for part in parts if part in text or part in plain or json.dumps(part)[1:-1] in text
    ]


def made(host: planted.Planted, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(command, "names", lambda _environ: planted.NAMES)
    settings = Settings(timeout=60, output=(f"{folder}",))
    return command.report(host, DEPLOYMENT, settings, planted.ENVIRON)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Page and bundle of the planted machine."""
    place = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        assert made(planted.machine(), place, patch) == 0
    return place


@pytest.fixture(scope="module")
def members(folder: Path) -> dict[str, str]:
    (path,) = folder.glob("*.zip")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_no_canary_of_any_kind_is_in_any_file(folder: Path, members: dict[str, str]) -> None:
    assert len(planted.EVERYTHING) >= 30
    for name, text in members.items():
        assert found(text, planted.STAYS_HERE) == [], name
        assert found(name, planted.STAYS_HERE) == []
    (page,) = folder.glob("*.html")
    assert page.read_text("utf-8") == members["report.html"]
    raw = b"".join(path.read_bytes() for path in folder.iterdir())
    assert [part for part in planted.STAYS_HERE if part.encode() in raw] == []


def test_what_is_left_can_be_followed(members: dict[str, str]) -> None:
    log = members["logs/1-triton_vllm_server.log"]
    assert log.count("\n") > 3 * len(planted.EVERYTHING)
    token = next(one for one in log.splitlines() if "] hugging face: " in one)
    stand_in = token.partition("hugging face: ")[2].removesuffix(" end")
    assert stand_in.startswith("[token-")
    assert f"failed to load 'gemma': {stand_in}" in log
    assert "failed to load all models" in members["report.html"]
    assert stand_in in members["TAKEN-OUT.txt"] or "[token-1]" in members["TAKEN-OUT.txt"]
    for kind in ("Tokens", "Private keys", "E-mail", "Home folders", "UUIDs of GPUs", "labels"):
        assert kind in members["TAKEN-OUT.txt"]
    assert "/[home-1]/models" in members["facts.json"]


def test_of_docker_inspect_only_what_is_named_is_carried(members: dict[str, str]) -> None:
    told = json.loads(members["inspect/1-triton_vllm_server.json"])
    assert set(told) == {
        *("Id", "Name", "Created", "Path", "Args", "State", "Config", "HostConfig", "Mounts"),
        "RestartCount",
    }
    assert "Secret" not in told["HostConfig"]
    assert told["Config"]["Env"][-2:] == ["VLLM_API_KEY=(not carried)", "VLLM_USE_V1=1"]
    assert told["Config"]["Labels"] == f"{len(planted.EVERYTHING)} labels, not carried"
    assert told["Args"][-2] == "--api-key"
    assert told["Args"][-1].startswith("[token-")
    assert not any("canary-value" in text for text in members.values())


def test_the_sums_are_right_and_the_bundle_is_for_the_user_alone(
    folder: Path, members: dict[str, str]
) -> None:
    sums = dict(reversed(line.split("  ")) for line in members["SHA256SUMS"].splitlines())
    others = {name: text for name, text in members.items() if name != "SHA256SUMS"}
    assert sums == {n: hashlib.sha256(text.encode()).hexdigest() for n, text in others.items()}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert len([*folder.iterdir()]) == 2


def test_the_bundle_is_judged_the_same_elsewhere(
    folder: Path, members: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = folder.glob("*.zip")
    then = json.loads(members["report.json"])
    code = replay(str(path), SETTINGS, "json")
    told = json.loads(capsys.readouterr().out)
    assert code == then["exit_code"]
    assert told["findings"] == then["findings"]
    assert told["recorded"]["same"] == len(then["findings"]) > 2
    assert (told["recorded"]["new"], told["recorded"]["gone"]) == ([], [])
    assert [(one["id"], one["outcome"]) for one in told["checks"]] == [
        (one["id"], one["outcome"]) for one in then["checks"]
    ]
    replay(str(path), SETTINGS, "text")
    assert found(capsys.readouterr().out, planted.STAYS_HERE) == []


@pytest.mark.parametrize("form", FORMATS[1:])
def test_no_secret_is_in_any_format_of_a_plain_run(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    diagnose(planted.machine(), DEPLOYMENT, Settings(timeout=60, format=form))
    shown = capsys.readouterr()
    assert "launch" in shown.out or "crashed" in shown.out
    assert found(shown.out + shown.err, planted.HIDDEN) == []


@pytest.mark.parametrize("form", ["text", "json", "html", "sarif"])
@pytest.mark.parametrize("file", ["compose.yaml", "run.sh"])
def test_no_secret_is_in_what_is_said_of_a_users_own_command(
    file: str, form: str, tmp_path: Path
) -> None:
    """Each canary is the value of a variable whose name says nothing. Docker's login is not looked
    up for this, and nobody breaks a value by a table in a script."""
    kinds = set(planted.SECRETS) - {"known, in base64", "known, broken by a table"}
    texts = {f"C{n}": planted.SECRETS[kind][0] for n, kind in enumerate(sorted(kinds))}
    parts = [part for kind in kinds for part in planted.SECRETS[kind][1]]
    image = "nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3"
    server = f"tritonserver --model-repository=/models --x={planted.TOKEN}"
    service = {"image": image, "command": server, "environment": texts, "labels": texts}
    words = [f"-e {name}={shlex.quote(text)}" for name, text in texts.items()]
    (tmp_path / "compose.yaml").write_text(json.dumps({"services": {"triton": service}}))
    (tmp_path / "run.sh").write_text(f"docker run --gpus all {' '.join(words)} {image} {server}\n")
    home = {"HOME": str(tmp_path), "HF_TOKEN": planted.PLAIN}
    done = doctor("command", "--from", file, "--format", form, cwd=tmp_path, **home)
    shown = (done.stdout + done.stderr).decode()
    assert done.returncode in (1, 3), shown
    assert found(shown, parts) == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_in_what_compare_and_logs_say(
    form: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = folder.glob("*.zip")
    asked = Compared(str(path), "now", form)
    compare(planted.machine(), DEPLOYMENT, SETTINGS, asked)
    (tmp_path / "a.log").write_bytes(planted.log())
    log = LogsAsked((str(tmp_path / "a.log"),), follow=False, form=form, output=None)
    logs(planted.machine(), DEPLOYMENT, SETTINGS, log)
    shown = capsys.readouterr()
    assert shown.out
    assert found(shown.out + shown.err, planted.HIDDEN) == []


def test_nothing_is_written_where_something_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def careless(*given: Any) -> dict[str, str]:
        return {"report.html": "<p>fine</p>", "logs/1-x.log": f"one\ntwo {planted.TOKEN}\n"}

    monkeypatch.setattr(command, "written", careless)
    assert made(planted.machine(), tmp_path, monkeypatch) == 4
    said = capsys.readouterr().err
    assert "logs/1-x.log, line 2: token" in said
    assert found(said, planted.STAYS_HERE) == []
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("given", "wanted"), [("a.zip", ["a.zip"]), ("b.html", ["b.html"]), ("C.ZIP", ["C.ZIP"])]
)
def test_one_of_the_two_can_be_asked_for(
    given: str, wanted: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert made(planted.machine(), tmp_path / given, monkeypatch) == 0
    assert [path.name for path in tmp_path.iterdir()] == wanted
    assert zipfile.is_zipfile(tmp_path / given) is given.lower().endswith("zip")


def test_a_place_that_is_not_there_is_told_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = planted.machine()
    with pytest.raises(UsageError, match="does not exist"):
        made(host, tmp_path / "absent" / "x.zip", monkeypatch)
    assert host.asked == []


def test_a_folder_that_takes_nothing_is_told_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = planted.machine()
    monkeypatch.setattr("os.access", lambda *_: False)  # for root a folder's rights mean nothing
    with pytest.raises(UsageError, match="nothing can be written there"):
        made(host, tmp_path, monkeypatch)
    assert host.asked == []


def test_a_containers_name_cannot_lead_out_of_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"Id": "b" * 64, "Names": ["/../../etc/cron.d/x"], "Image": planted.IMAGE}
    rows = [{**row, "State": "exited", "Created": 1_789_999_990.0}]
    assert made(planted.machine(containers=rows), tmp_path / "a.zip", monkeypatch) == 0
    data = io.BytesIO((tmp_path / "a.zip").read_bytes())
    names = zipfile.ZipFile(data).namelist()
    assert [one for one in names if ".." in one or one.startswith("/")] == []


HOSTILE = {
    "binary": bytes(range(256)) * 4000,
    "colours": b"\x1b[31m\x1b]0;title\x07red\x1b[0m\r\n" * 20_000,
    "markup": b"<script>alert(1)</script></pre><img src=x onerror=alert(1)>\n" * 2000,
    "one line": b"A" * 3_000_000,
    "paths": b"../../../../etc/passwd\n/../..\x00/x\n" * 2000,
    "half a token at the cut": (b"x" * 99 + b"\n" + planted.TOKEN.encode() + b"\n") * 20_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_logs_make_a_sound_bundle(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = HOSTILE[kind]
    blocks = [data[at : at + 65_537] for at in range(0, len(data), 65_537)]
    host = planted.machine(logs=data[-60_000:], log_stream=lambda *_: iter(blocks))
    assert made(host, tmp_path / "a.zip", monkeypatch) == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        log = archive.read("logs/1-triton_vllm_server.log").decode()
        page = archive.read("report.html").decode()
    assert all(sign.isprintable() or sign in "\n\t\ufffd" for sign in log if ord(sign) < 0x3000)
    assert len(log) <= HEAD + TAIL + 200
    assert ("are left out" in log) == (len(data) > HEAD + TAIL or kind == "one line")
    assert found(log + page, planted.HIDDEN) == []
    assert "<script" not in page
    assert "<img" not in page


def test_memory_does_not_grow_with_the_log() -> None:
    block = b"INFO 11-22 07:00:00 quiet\n" * 4000

    def peak(count: int) -> int:
        tracemalloc.start()
        log, cut, reading = read(block for _ in range(count))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert reading.lines == 4000 * count
        assert (cut > 0) == (len(block) * count > HEAD + TAIL)
        assert len(log) <= HEAD + TAIL + 200
        return most

    small, large = peak(40), peak(400)
    assert large < 1.5 * small
