"""A made-up repository of one model, and rows of the releases table."""

from __future__ import annotations

from typing import Any

from tests.kit import JudgeResult, judge
from triton_doctor.deployment import Deployment
from triton_doctor.model import Answer, Found
from triton_doctor.probes.base import Probe
from triton_doctor.probes.release import Release
from triton_doctor.probes.repository import Model, Repository, Target
from triton_doctor.probes.repository_files import Entry, Folder, TextFile
from triton_doctor.record import replace
from triton_doctor_checks.engine.check import check
from triton_doctor_checks.repository.argument_names import unknown_keys

CONFIG = 'backend: "vllm"\n'
IMAGE = "nvcr.io/nvidia/tritonserver:{tag}-vllm-python-py3"
PATH = "model_repository/gemma/1/model.json"


def image(vllm: str | None = "0.9.2", tag: str = "25.08", name: str = "") -> Release:
    return Release(name or IMAGE.format(tag=tag), vllm is not None, tag=tag, vllm=vllm)


def repository(text: str, targets: tuple[Target, ...] = ()) -> Repository:
    files = (TextFile("gemma/config.pbtxt", text=CONFIG), TextFile("gemma/1/model.json", text=text))
    folder = Folder("gemma", entries=(Entry("1", "folder"), Entry("config.pbtxt", "file")))
    inner = Folder("gemma/1", entries=(Entry("model.json", "file"),))
    top = Folder("", entries=(Entry("gemma", "folder"),))
    model = Model("gemma", folder, (inner,), files, targets)
    return Repository("model_repository", "/srv/model_repository", top, (model,))


def emptied(whole: Repository) -> Repository:
    """The same repository without its model.json."""
    inner = Folder("gemma/1")
    (model,) = whole.models
    return replace(whole, models=(replace(model, folders=(inner,), files=model.files[:1]),))


def engine(
    text: str, release: Release | None = None, targets: tuple[Target, ...] = ()
) -> JudgeResult:
    """What the engine check says of a model.json."""
    facts: dict[str, Any] = {"repository": repository(text, targets), "release": release or image()}
    return judge("engine", facts=facts)


class Facts:
    """A context that holds two facts: hundreds of files are judged in the time of one `judge`."""

    def __init__(self, text: str, release: Release) -> None:
        self.deployment = Deployment()
        self.facts = {"repository": repository(text), "release": release}

    def start(self, *probes: Probe[Any]) -> None:
        pass

    def fact(self, probe: Probe[Any]) -> Any:
        return self.facts[probe.name]

    known = fact


def found(text: str, release: Release) -> list[Found]:
    """What is found in a model.json: its names, its values, and its model."""
    answers: list[Answer] = [*unknown_keys(PATH, text, release), *check(Facts(text, release))]
    return [one for one in answers if isinstance(one, Found)]
