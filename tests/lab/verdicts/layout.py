"""Folders, names, versions and links."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.lab.verdicts.case import (
    ARGUMENTS,
    CONFIG,
    SETTINGS,
    Case,
    Make,
    arguments,
    both,
    config,
    folder,
    link,
    more,
    nothing,
    outside,
    pipe,
    remove,
    rename,
    write,
)

_OTHER = '{"model": "facebook/opt-125m"}'

FILES: dict[str, Make] = {
    "the guide's own files, without its batch size": nothing,
    "no config.pbtxt": remove(CONFIG),
    "config.pbtxt.txt": rename(CONFIG, f"{CONFIG}.txt"),
    "Config.pbtxt": rename(CONFIG, "Config.pbtxt"),
    "config.pbtext": rename(CONFIG, "config.pbtext"),
    "config.pbtxt and Config.pbtxt": write("Config.pbtxt", "nonsense"),
    "config.pbtxt in the version folder": rename(CONFIG, f"1/{CONFIG}"),
    "config.pbtxt in both places": write(f"1/{CONFIG}", "nonsense"),
    "config.pbtxt is a folder": both(remove(CONFIG), folder(CONFIG)),
    "config.pbtxt is a pipe": both(remove(CONFIG), pipe(CONFIG)),
    "config.pbtxt in configs alone": both(folder("configs"), rename(CONFIG, "configs/x.pbtxt")),
    "no model.json": remove(ARGUMENTS),
    "model.json one level off": rename(ARGUMENTS, "model.json"),
    "model.json in both places": write("model.json", "nonsense"),
    "Model.json": rename(ARGUMENTS, "1/Model.json"),
    "model.json.txt": rename(ARGUMENTS, "1/model.json.txt"),
    "model.json is a folder": both(remove(ARGUMENTS), folder(ARGUMENTS)),
    "model.json is a pipe": both(remove(ARGUMENTS), pipe(ARGUMENTS)),
    "one folder too deep": both(
        folder("gemma"),
        rename("1", "gemma/1"),
        rename(CONFIG, f"gemma/{CONFIG}"),
    ),
    "stray files and folders beside the version": both(
        write("README.md", "x"), write(".DS_Store", "x"), write(".ipynb_checkpoints/x", "x")
    ),
    "stray files in the version": both(write("1/.DS_Store", "x"), write("1/__pycache__/x", "x")),
}
VERSIONS: dict[str, Make] = {
    "v1": rename("1", "v1"),
    "01": rename("1", "01"),
    "0": rename("1", "0"),
    "00": rename("1", "00"),
    "1.0": rename("1", "1.0"),
    "latest": rename("1", "latest"),
    "minus 1": rename("1", "-1"),
    "plus 1": rename("1", "+1"),
    "1 with a blank after it": rename("1", "1 "),
    "1 with a blank before it": rename("1", " 1"),
    "1a": rename("1", "1a"),
    "1 in full width": rename("1", "\uff11"),
    "9223372036854775807": rename("1", "9223372036854775807"),
    "99999999999999999999": rename("1", "99999999999999999999"),
    "a file named 1": both(rename("1", "v1"), write("1", "x")),
    "1 and 2, both sound": write("2/model.json", _OTHER),
    "1 sound, 2 without model.json": folder("2"),
    "1 without model.json, 2 sound": both(remove(ARGUMENTS), write("2/model.json", _OTHER)),
    "1 broken, 2 sound": both(arguments("{"), write("2/model.json", _OTHER)),
    "1 sound, 10 broken, by number and not by letter": both(
        write("10/model.json", "{"), write("2/model.json", _OTHER)
    ),
    "1 beside warmup and configs": both(folder("warmup"), folder("configs")),
    "only warmup": rename("1", "warmup"),
    "01 beside 1": folder("01"),
    "v2 beside 1": folder("v2"),
}


def _policy(text: str) -> Make:
    return more(f"version_policy: {{ {text} }}\n")


POLICIES: dict[str, Make] = {
    "specific, one that is there": _policy("specific { versions: [1] }"),
    "specific, one that is not there": _policy("specific { versions: [3] }"),
    "specific, one of two is there": _policy("specific { versions: [1, 3] }"),
    "specific, none named": _policy("specific { }"),
    "specific, below zero": _policy("specific { versions: [-1] }"),
    "specific, 1 sound beside a broken 2": both(
        _policy("specific { versions: 1 }"), write("2/model.json", "{")
    ),
    "all, of two one is broken": both(_policy("all { }"), write("2/model.json", "{")),
    "all, of two the older is broken": both(
        _policy("all { }"), arguments("{"), write("2/model.json", _OTHER)
    ),
    "latest 2, the older is broken": both(
        _policy("latest { num_versions: 2 }"),
        arguments("{"),
        write("2/model.json", _OTHER),
    ),
    "latest 1": _policy("latest { num_versions: 1 }"),
    "latest without a number": _policy("latest { }"),
    "latest 0": _policy("latest { num_versions: 0 }"),
    "latest above what is there": _policy("latest { num_versions: 9 }"),
    "empty": _policy(""),
}
LINKS: dict[str, Make] = {
    "the model's folder leads out": outside(""),
    "the version folder leads out": outside("1"),
    "config.pbtxt leads out": outside(CONFIG),
    "model.json leads out": outside(ARGUMENTS),
    "config.pbtxt leads nowhere": both(remove(CONFIG), link(CONFIG, "gone")),
    "model.json leads nowhere": both(remove(ARGUMENTS), link(ARGUMENTS, "gone")),
    "the version folder leads nowhere": both(rename("1", "kept"), link("1", "gone")),
    "the version folder is a link inside": both(rename("1", "kept"), link("1", "kept")),
    "config.pbtxt is a link inside": both(rename(CONFIG, "kept"), link(CONFIG, "kept")),
    "model.json is a link inside": both(rename(ARGUMENTS, "kept"), link(ARGUMENTS, "../kept")),
    "model.json is a link to itself": both(remove(ARGUMENTS), link(ARGUMENTS, "model.json")),
    "config.pbtxt is a link to itself": both(remove(CONFIG), link(CONFIG, CONFIG)),
    "an absolute link, to where it is in the container": both(
        rename("1", "kept"), lambda model: (model / "1").symlink_to(f"/models/{model.name}/kept")
    ),
}
NAMES = {
    "with blanks": "a model",
    "with a dot": "gemma.2b",
    "that begins with a dot": ".gemma",
    "that begins with a dash": "-gemma",
    "in capitals": "GEMMA",
    "in another script": "модель",
    "with an apostrophe": "ada's",
    "with a quote": 'a"b',
    "with a percent sign": "100%25",
    "with a backslash": "a\\b",
    "with a line break": "a\nb",
    "with two dots inside": "a..b",
    "a number": "7",
    "of 200 letters": "n" * 200,
    "a star inside": "a*b",
}
BARE_NAMES = {
    "model.vllm without config.pbtxt": ("bare.vllm", remove(CONFIG)),
    "model.python without config.pbtxt": ("bare.python", remove(CONFIG)),
    "model.nosuch without config.pbtxt": ("bare.nosuch", remove(CONFIG)),
    "model.vllm with an empty config.pbtxt": ("empty.vllm", config("")),
    "a trailing dot without config.pbtxt": ("bare.", remove(CONFIG)),
}


def _bare(model: Path) -> None:
    shutil.rmtree(model)
    model.mkdir()


STRAYS = {
    "an empty folder": ("notes", _bare),
    "only an empty version folder": ("drafts", both(_bare, folder("1"))),
    "a folder of weights": ("weights", both(_bare, write("model.safetensors", "x"))),
    ".git": (".git", both(_bare, write("HEAD", "x"))),
    ".ipynb_checkpoints": (".ipynb_checkpoints", both(_bare, write("a.ipynb", "x"))),
    "__pycache__": ("__pycache__", both(_bare, write("a.pyc", "x"))),
    "lost+found": ("lost+found", _bare),
    "System Volume Information": ("System Volume Information", _bare),
}
_PYTHON = 'backend: "python"\n'
PYTHON: dict[str, Make] = {
    "no model.py": config(_PYTHON),
    "model.py with a slip": both(config(_PYTHON), write("1/model.py", "def f(:\n")),
    "model.py without the class": both(config(_PYTHON), write("1/model.py", "x = 1\n")),
    "model.py that is sound": both(
        config(_PYTHON), write("1/model.py", "class TritonPythonModel:\n    pass\n")
    ),
    "inferred from model.py": both(
        remove(CONFIG), write("1/model.py", "class TritonPythonModel:\n    pass\n")
    ),
    "model.onnx without config.pbtxt": both(remove(CONFIG), write("1/model.onnx", SETTINGS)),
}

CASES: tuple[Case, ...] = (
    *(Case("files", title, make) for title, make in FILES.items()),
    *(Case("version folders", title, make) for title, make in VERSIONS.items()),
    *(Case("version policy", title, make) for title, make in POLICIES.items()),
    *(Case("links", title, make) for title, make in LINKS.items()),
    *(Case("names", title, nothing, name) for title, name in NAMES.items()),
    *(Case("names", title, make, name) for title, (name, make) in BARE_NAMES.items()),
    *(Case("stray folders", title, make, name, True) for title, (name, make) in STRAYS.items()),
    *(Case("other backends", title, make) for title, make in PYTHON.items()),
)
