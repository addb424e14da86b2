"""Whatever is wrong in the two files: a repair changes what it shows, and can be taken back."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lab.repairs.arguments import SOUND as ARGUMENTS
from tests.lab.repairs.config import SOUND as CONFIG
from tests.triton_doctor_checks.repository.test_any_bytes import changed
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.engine import Engine
from triton_doctor.fixing.carry import Carrier
from triton_doctor.fixing.journal import Journal
from triton_doctor.fixing.prepare import Prepared, prepare
from triton_doctor.host.hands import LocalHands
from triton_doctor.host.local import LocalHost
from triton_doctor.model import Finding
from triton_doctor.probes.release import Release
from triton_doctor.probes.repository import repository
from triton_doctor.probes.shell import Shell
from triton_doctor.registry import load_catalogue
from triton_doctor.repairs import Applicability, Edit, Fix

IMAGE = Release("nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3", True, "25.06", vllm="0.9.0rc1")
MOST = 12  # repairs of one pair of files
CONFIG_SLIPS = [
    ('"vllm"', "\u201cvllm\u201d"),
    ('"vllm"', '"vLLM"'),
    ('"vllm"', "vllm"),
    ('"gemma"', '"gemma'),
    ('"gemma"', '"Gemma-2"'),
    ("count: 1", "count 1"),
    ("count: 1", 'count:\u00a0"1"'),
    ("KIND_MODEL", '"KIND_MODEL"'),
    ("backend:", "bakend ="),
    ("# the end", "max_batch_size: 8"),
    ("  # One engine", "// One engine"),
    ("True", "no"),
]
HOPELESS = ("]\n", "]]\n")  # which one of them is too many, only a person can say
JSON_SLIPS = [
    ('"seed": 7', '"seed": 7,'),
    ("4096,", "4096"),
    ("4096,", '"4096", // why'),
    ('"seed"', "'seed'"),
    ('"max_model_len"', '"max-model-len"'),
    ("0.9,", '"0.9",'),
    ("0.9,", "90,"),
    ('"seed": 7', '"seed": True, "seed": 8'),
    ("google/gemma-2b", "https://huggingface.co/google/gemma-2b"),
    ('"seed": 7', '"engine_args": {"seed": 7}, "dtype": "fp16"'),
    ('    "seed": 7', '\t"note": "caf\u00e9"'),
    ("{\n", "```json\n{\n"),
]


@st.composite
def slipped(draw: st.DrawFn, sound: str, slips: list[tuple[str, str]]) -> bytes:
    """A sound file with up to three slips, other line ends, another encoding."""
    text = sound
    for old, new in draw(st.lists(st.sampled_from(slips), max_size=3)):
        text = text.replace(old, new, 1)
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    if draw(st.booleans()):
        text = text.rstrip("\r\n")
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16"])))


catalogue = cache(load_catalogue)


class Place:
    """A folder with one model, and the journal of its repairs."""

    def __init__(self, root: Path, config: bytes, arguments: bytes) -> None:
        self.repository = root / "models"
        self.files = [
            self.repository / name for name in ("gemma/config.pbtxt", "gemma/1/model.json")
        ]
        self.files[1].parent.mkdir(parents=True)
        self.files[0].write_bytes(config)
        self.files[1].write_bytes(arguments)
        journal = Journal(str(root / "journal"))
        self.carrier = Carrier(LocalHands(interactive=False), journal, lambda _: None)

    def findings(self) -> list[Finding]:
        deployment, settled = Deployment(repository=str(self.repository)), Settings()
        seen = Context(LocalHost(), deployment, settled).fact(repository)
        facts = {"repository": seen, "shell": Shell("posix"), "release": IMAGE}
        known = {name: msgspec.to_builtins(fact) for name, fact in facts.items()}
        context = Context(LocalHost(), deployment, settled, recorded=known)
        loaded = catalogue()
        checks = [one for one in loaded.checks if one.check.id in ("repository", "engine")]
        results = Engine(checks, loaded.catalogue, context).run(jobs=1, timeout=30)
        assert not any(one.trace for one in results)
        return [finding for result in results for finding in result.findings]

    def prepared(self, fix: Fix) -> Prepared:
        config = str(self.repository.parent / "triton-doctor.toml")
        return prepare(fix, LocalHost(), config, {}, (str(self.repository),))

    def bytes(self) -> list[bytes]:
        return [file.read_bytes() for file in self.files]


def ways(finding: Finding) -> Iterator[Fix]:
    fix = finding.fix
    while fix is not None:
        if all(isinstance(step.act, Edit) for step in fix.steps):
            yield fix
        fix = fix.instead


def text(data: bytes, *, old: bool) -> list[str]:
    """Its lines as a diff shows them."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    whole = data.decode("utf-16" if old and wide else "utf-8", "replace").removeprefix("\ufeff")
    return whole.replace("\r\n", "\n").split("\n")


def patched(before: list[str], diff: str) -> list[str]:
    """The lines after the change that a unified diff describes; it has to fit everywhere."""
    done: list[str] = []
    at = 0
    for line in diff.split("\n")[2:-1]:
        head = re.match(r"@@ -(\d+)", line)
        if head:
            done += before[at : int(head[1]) - 1]
            at = max(at, int(head[1]) - 1)
        elif line[:1] in (" ", "-"):
            assert before[at] == line[1:]
            done += [line[1:]] * (line[0] == " ")
            at += 1
        elif line.startswith("+"):
            done.append(line[1:])
    return done + before[at:]


BOTH = st.tuples(
    st.one_of(slipped(CONFIG, [*CONFIG_SLIPS, HOPELESS]), changed(CONFIG)),
    st.one_of(slipped(ARGUMENTS, JSON_SLIPS), changed(ARGUMENTS)),
)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


SLIPS = [("config", *one) for one in CONFIG_SLIPS] + [("json", *one) for one in JSON_SLIPS]


@pytest.mark.parametrize(("file", "old", "new"), SLIPS)
def test_a_slip_has_a_repair(tmp_path: Path, file: str, old: str, new: str) -> None:
    """So that the tests below have something to hold."""
    config = CONFIG.replace(old, new, 1) if file == "config" else CONFIG
    arguments = ARGUMENTS.replace(old, new, 1) if file == "json" else ARGUMENTS
    place = Place(tmp_path, config.encode(), arguments.encode())
    assert any([*ways(one)] for one in place.findings())


@given(BOTH)
@SLOW
def test_each_repair_changes_what_it_shows_and_can_be_taken_back(
    files: tuple[bytes, bytes],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder).resolve(), *files)
        for finding in place.findings():
            for fix in ways(finding):
                prepared = place.prepared(fix)
                entry = place.carrier.apply(prepared, finding.problem, finding.where)
                now = place.bytes()
                assert sum(one != other for one, other in zip(files, now, strict=True)) == 1
                for before, after in zip(files, now, strict=True):
                    shown = prepared.diff.replace("\n(written as UTF-8 without a mark)", "")
                    if before != after and prepared.diff.isprintable():
                        assert patched(text(before, old=True), shown) == text(after, old=False)
                place.carrier.undo(entry)
                assert place.bytes() == list(files)


@given(BOTH)
@SLOW
def test_safe_repairs_come_to_an_end(files: tuple[bytes, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder).resolve(), *files)
        entries = []
        for _ in range(MOST):
            found = [one for one in place.findings() if safe(one)]
            if not found:
                break
            (fix,) = [found[0].fix] if found[0].fix else []
            entry = place.carrier.apply(place.prepared(fix), found[0].problem, found[0].where)
            assert found[0] not in place.findings()
            entries.append(entry)
        else:
            pytest.fail("repairs without an end")
        for entry in reversed(entries):
            place.carrier.undo(entry)
        assert place.bytes() == list(files)


def safe(finding: Finding) -> bool:
    fix = finding.fix
    return fix is not None and fix.applicability is Applicability.SAFE and fix in ways(finding)
