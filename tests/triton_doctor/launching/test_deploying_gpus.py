"""The GPUs that a command of the user's own asks for, as the doctor's setting has them."""

from __future__ import annotations

import pytest

from triton_doctor.launching.deploying import gpus
from triton_doctor.probes.given_command import Given, Option, Variable

UUID = "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"


def given(variable: str | None = None, **options: str) -> Given:
    """A command with these options of docker, and NVIDIA_VISIBLE_DEVICES if it is given."""
    listed = tuple(Option(name, f"--{name}", value, 0, 1) for name, value in options.items())
    told = (Variable("NVIDIA_VISIBLE_DEVICES", variable, 0, 1),) if variable is not None else ()
    return Given(options=listed, variables=told)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("all", "all"),
        ("2", "0,1"),
        ("0", "none"),
        ('"device=1,0"', "1,0"),
        (f"device={UUID}", UUID),
        ("device=0:1", "0"),
        ("capabilities=gpu", "all"),
    ],
)
def test_the_option(value: str, meant: str) -> None:
    assert gpus(given(gpus=value)) == meant
    assert gpus(given("0", gpus=value)) == meant  # docker puts its own in place of the variable


@pytest.mark.parametrize(
    ("runtime", "variable", "meant"),
    [
        ("nvidia", None, "all"),
        ("nvidia", "all", "all"),
        ("nvidia", "1", "1"),
        ("nvidia", UUID, UUID),
        ("nvidia", "void", "none"),
        ("nvidia", "", "none"),
        ("runc", "all", "none"),
    ],
)
def test_the_runtime_reads_a_variable(runtime: str, variable: str | None, meant: str) -> None:
    assert gpus(given(variable, runtime=runtime)) == meant


@pytest.mark.parametrize(
    ("device", "meant"),
    [("nvidia.com/gpu=all", "all"), ("nvidia.com/gpu=1", "1"), ("/dev/fuse", "none")],
)
def test_names_of_cdi(device: str, meant: str) -> None:
    assert gpus(given(device=device)) == meant


def test_a_misspelt_option_is_read_as_it_was_meant() -> None:
    slip = Option("gpu", "--gpu", "all", 0, 1, known=False, near="gpus")
    assert gpus(Given(options=(slip,))) == "all"
