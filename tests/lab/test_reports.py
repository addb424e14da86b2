"""`report`, `replay` and `compare` on a real engine: a server that crashed among secrets."""

from __future__ import annotations

import base64
import html
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.canaries import BY_FORM, LOGIN, PLAIN
from tests.lab.bench import Lab
from tests.lab.launches import HERE, NAME, good_repository, play
from tests.lab.repairs.kit import Scene

# Known by the names that they bear alone: in the doctor's own environment, in that of the
# container, and in a label of it.
TOKEN = BY_FORM["hugging face"][0]
KNOWN = {"HF_TOKEN": TOKEN, "SERVICE_PASSWORD": PLAIN, "registry.password": LOGIN}
CAUSE = "Unknown dtype: float15"


def written(secret: str) -> tuple[str, str, str]:
    """As it is, in base64, and as an address has it."""
    return secret, base64.b64encode(secret.encode()).decode(), quote(secret, safe="")


PARTS = [
    *(one for secret in KNOWN.values() for one in written(secret)),
    *(part for _, parts in BY_FORM.values() for part in parts),
]


def left(text: str) -> list[str]:
    """The canaries in a text, as it is and as JSON or HTML would have written it."""
    plain = html.unescape(text)
    return [
        part for part in PARTS if part in text or part in plain or json.dumps(part)[1:-1] in text
    ]


@dataclass(frozen=True)
class Made:
    """raw: what the engine itself tells of the container; members: the bundle's."""

    scene: Scene
    folder: Path
    bundle: Path
    raw: str
    members: Mapping[str, str]


def crash(scene: Scene) -> None:
    """The real tritonserver under the deployment's name; its model says every canary and ends."""
    lines = [f"{kind}: {text}" for kind, (text, _) in BY_FORM.items()]
    lines += [f"known: {one} end" for secret in KNOWN.values() for one in written(secret)]
    play(scene, *[("say", line) for line in lines], ("refuse", f"{CAUSE} {TOKEN}"))
    variables = ("-e", f"HF_TOKEN={TOKEN}", "-e", f"SERVICE_PASSWORD={PLAIN}")
    labels = ("--label", f"registry.password={LOGIN}", "--label", f"note={TOKEN}")
    mount = ("--mount", f"type=bind,source={scene.folder}/model_repository,target=/models")
    server = ("tritonserver", "--model-repository=/models", "--model-control-mode=explicit")
    made = (*variables, *labels, *mount, scene.lab.triton_image)
    scene.lab.docker("run", "--name", NAME, *made, *server, "--load-model=gemma", check=False)


@pytest.fixture(scope="module")
def made(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """One report of it for all tests."""
    scene = good_repository(lab, tmp_path_factory.mktemp("reports") / "work")
    scene.env["HF_TOKEN"] = TOKEN
    lab.docker("rm", "-f", NAME, check=False)
    crash(scene)
    log = lab.docker("logs", NAME)
    folder = scene.folder.parent / "out"
    folder.mkdir()
    done = scene.command("report", *HERE, "--output", str(folder))
    assert done.code == 0, done
    assert left(done.out + done.err) == []
    (bundle,) = folder.glob("*.zip")
    with zipfile.ZipFile(bundle) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    raw = log.stdout + log.stderr + lab.docker("inspect", NAME).stdout
    yield Made(scene, folder, bundle, raw, members)
    lab.docker("rm", "-f", NAME, check=False)


def test_no_canary_is_in_page_or_bundle(made: Made) -> None:
    assert set(PARTS) - set(left(made.raw)) == set(), "all of them were there to be found"
    (page,) = made.folder.glob("*.html")
    assert page.read_text("utf-8") == made.members["report.html"]
    for name, text in made.members.items():
        assert left(name + text) == [], name


def test_log_and_inspect_are_there_and_cut(made: Made) -> None:
    log = made.members[f"logs/1-{NAME}.log"]
    assert CAUSE in log
    assert "creating server: Invalid argument - load failed for model 'gemma'" in log
    assert log.count("\n") > len(BY_FORM)
    known = json.loads(made.members[f"inspect/1-{NAME}.json"])
    assert known["State"]["ExitCode"] == 1
    assert {"GraphDriver", "HostsPath", "MountLabel"}.isdisjoint(known)
    assert {"HF_TOKEN=(not carried)", "SERVICE_PASSWORD=(not carried)"} < set(
        known["Config"]["Env"]
    )
    assert known["Config"]["Labels"] == "2 labels, not carried"


def test_replay_finds_what_the_run_found(made: Made) -> None:
    then = json.loads(made.members["report.json"])
    assert "engine/invalid-argument" in [one["problem"] for one in then["findings"]]
    again = made.scene.command("replay", str(made.bundle), "--format", "json")
    assert again.code == then["exit_code"] == 1
    assert again.json["findings"] == then["findings"]
    outcomes = [
        [(one["id"], one["outcome"]) for one in run["checks"]] for run in (again.json, then)
    ]
    assert outcomes[0] == outcomes[1]
    told = again.json["recorded"]
    assert (told["same"], told["new"], told["gone"]) == (len(then["findings"]), [], [])


def test_compare_says_what_differs_once_it_is_gone(made: Made) -> None:
    made.scene.lab.docker("rm", NAME)
    done = made.scene.command("compare", str(made.bundle), "now", *HERE)
    assert done.code == 1, done
    assert left(done.out + done.err) == []
    assert "Went: engine/invalid-argument" in done.out
    assert f"Container {NAME}: exited, exit 1 -> not there" in done.out
