"""Repairs of the repository's folders: missing, misnamed, a level too high or too low."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.lab.repairs.kit import MODEL, Repair, Scene

Breaks = Callable[[Scene], object]
TOP = "model_repository"


def move(source: str, target: str) -> Breaks:
    """Within the model's folder."""
    return lambda scene: scene.path(source).rename(_made(scene.path(target)))


def remove(name: str) -> Breaks:
    return lambda scene: scene.path(name).unlink()


def options(*given: str) -> Breaks:
    return lambda scene: scene.options.extend(given)


def together(*breaks: Breaks) -> Breaks:
    def all_of_them(scene: Scene) -> None:
        for one in breaks:
            one(scene)

    return all_of_them


def write(name: str, text: str | bytes) -> Breaks:
    """Below the working folder."""
    return lambda scene: scene.write(name, text)


def rename(source: str, target: str) -> Breaks:
    """Below the working folder."""
    return lambda scene: (scene.folder / source).rename(_made(scene.folder / target))


def settings(text: str) -> Breaks:
    return write("triton-doctor.toml", text)


def _made(place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _no_repository(scene: Scene) -> None:
    shutil.rmtree(scene.folder / TOP)


def _twenty_nines(scene: Scene) -> None:
    scene.path("9" * 20).mkdir()


def _empty(scene: Scene) -> None:
    shutil.rmtree(scene.folder / MODEL)
    scene.write(f"{TOP}/README.md", "nothing yet\n")


def _stray(scene: Scene) -> None:
    scene.write(f"{TOP}/notes/ideas.txt", "a folder of the team's own\n")
    scene.options += ["--control-mode", "none"]


def _too_deep(scene: Scene) -> None:
    rename(TOP, f"{TOP}-1")(scene)
    rename(f"{TOP}-1", f"{TOP}/models")(scene)


def _bare(scene: Scene) -> None:
    """A model's own files in the place of the repository."""
    for name in ("config.pbtxt", "1"):
        rename(f"{MODEL}/{name}", f"{TOP}/{name}")(scene)
    (scene.folder / MODEL).rmdir()


def _no_version(scene: Scene) -> None:
    remove("1/model.json")(scene)
    scene.path("1").rmdir()


def _closed(scene: Scene) -> None:
    """To a server that is not root."""
    image = scene.lab.image("repairs-user", changes=["USER 1000"])
    for place in scene.folder.parents:
        if place.is_relative_to("/tmp") and place != Path("/tmp"):
            place.chmod(place.stat().st_mode | 0o111)
    scene.path("config.pbtxt").chmod(0o640)
    scene.path("1").chmod(0o750)
    (scene.folder / TOP).chmod(0o700)
    settings(f'image = "{image}"\n')(scene)


_TOML = '# The settings of the night shift.\r\ngpus = "none"  # none here\r\n'

FILES = [
    Repair("repository/config-missing", "absent", "safe", remove("config.pbtxt"), "repository"),
    Repair(
        "repository/config-missing",
        "misnamed",
        "safe",
        move("config.pbtxt", "config.pbtxt.txt"),
        "repository",
    ),
    Repair("repository/model-json-missing", "absent", "ask", remove("1/model.json"), "repository"),
    Repair(
        "repository/model-json-missing",
        "misnamed",
        "safe",
        move("1/model.json", "1/Model.json.txt"),
        "repository",
    ),
    Repair("repository/bad-layout", "version-name", "safe", move("1", "v1"), "repository"),
    Repair("repository/bad-layout", "misread", "safe", move("1", "1_old"), "repository"),
    Repair(
        "repository/bad-layout",
        "one-level-off",
        "safe",
        move("1/model.json", "model.json"),
        "repository",
    ),
    Repair(
        "repository/bad-layout",
        "config-in-version",
        "safe",
        move("config.pbtxt", "1/config.pbtxt"),
        "repository",
    ),
    Repair("repository/bad-layout", "stray", "ask", _stray, "repository"),
    Repair("repository/bad-layout", "too-big", "safe", _twenty_nines, "repository"),
    Repair("repository/bad-layout", "no-version", "ask", _no_version, "repository"),
    Repair("repository/bad-layout", "no-model-folder", "ask", _bare, "repository"),
    Repair("repository/bad-layout", "one-too-deep", "ask", _too_deep, "repository"),
    Repair(
        "repository/bad-layout",
        "model-as-repository",
        "ask",
        settings(f'repository = "{MODEL}"   # the wrong one\n'),
        "repository",
    ),
    Repair(
        "repository/bad-layout",
        "version-as-repository",
        "ask",
        settings(f"repository = '{MODEL}/1'\r\n"),
        "repository",
    ),
    Repair("repository/not-found", "name", "ask", settings('model = ["gemma/"]\n'), "repository"),
    Repair(
        "mount/bad-path",
        "quotes",
        "ask",
        settings(f"# copied\nrepository = \"'{TOP}'\"\ngpus = 'none' # none\n"),
        "mount",
        keeps=("# copied", "gpus = 'none' # none"),
    ),
    Repair(
        "mount/bad-path",
        "target",
        "ask",
        settings(f'repository = "{TOP}:/models"\n'),
        "mount",
    ),
    Repair("mount/permission-denied", "image-user", "ask", _closed, "mount"),
    Repair("repository/not-found", "scaffold", "ask", _no_repository, "repository"),
    Repair("repository/not-found", "empty", "ask", _empty, "repository"),
    Repair("repository/not-found", "misspelt", "ask", rename(MODEL, f"{TOP}/Gema"), "repository"),
    Repair(
        "repository/not-found",
        "load",
        "ask",
        together(rename(MODEL, f"{TOP}/qwen"), settings(_TOML)),
        "repository",
        keeps=tuple(_TOML.split("\r\n")),
    ),
    Repair(
        "repository/not-found",
        "nearby",
        "ask",
        rename(TOP, "models"),
        "repository",
    ),
    Repair("mount/source-missing", "scaffold", "ask", _no_repository, "mount"),
]
