"""Which forms of a path are wrong on which system."""

from __future__ import annotations

import pytest

from triton_doctor_checks.mount.forms import fault

WRONG = [
    ("C:\\Users\\ada\\models", "wsl2", "wsl", "/mnt/c/Users/ada/models"),
    ("D:/models", "wsl1", "wsl", "/mnt/d/models"),
    ("C:\\Users\\ada\\models", "linux", "drive", "models"),
    ("C:\\", "macos", "drive", "/"),
    ("/mnt/c/Users/ada", "windows", "windows", "C:\\Users\\ada"),
    ("/d/models", "windows", "windows", "D:\\models"),
    ("/mnt/c", "windows", "windows", "C:\\"),
    ("C:\\Users\\ada\\models;C", "windows", "msys", "C:\\Users\\ada\\models"),
    ('"model_repository"', "linux", "quotes", "model_repository"),
    ("“model_repository”", "macos", "quotes", "model_repository"),
    ("'models", "linux", "quotes", "models"),
    ("$PWD/models", "linux", "unexpanded", "/srv/models"),
    ("${PWD}/models", "linux", "unexpanded", "/srv/models"),
    ("$(pwd)/models", "linux", "unexpanded", "/srv/models"),
    ("%cd%\\models", "linux", "unexpanded", "/srv\\models"),
    ("$HOME/models", "linux", "unexpanded", "$HOME/models"),
    ("models:/models", "linux", "colon", "models"),
    ("models:ro", "linux", "colon", "models"),
    ("~/models", "linux", "tilde", "models"),
    ("/srv/~/models", "linux", "tilde", "models"),
    (".\\model_repository", "linux", "backslash", "./model_repository"),
    ("models /gemma", "linux", "blank", "models/gemma"),
]
RIGHT = [
    ("model_repository", "linux"),
    ("/srv/model_repository", "linux"),
    ("C:\\Users\\ada\\models", "windows"),
    ("C:/Users/ada/models", "windows"),
    ("/mnt/c/Users/ada/models", "wsl2"),
    ("../models", "macos"),
    ("/srv/my models", "linux"),
    ("/srv/models-2.0:beta", "linux"),
]


@pytest.mark.parametrize(("given", "kind", "case", "better"), WRONG)
def test_a_wrong_form_is_named_and_corrected(given: str, kind: str, case: str, better: str) -> None:
    assert fault(given, f"/srv/{given}", kind) == (case, better)


@pytest.mark.parametrize(("given", "kind"), RIGHT)
def test_a_good_form_is_left_alone(given: str, kind: str) -> None:
    assert fault(given, f"/srv/{given}", kind) is None
