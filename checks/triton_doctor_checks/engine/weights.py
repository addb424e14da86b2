"""Judges `model` of model.json: a path that the container has, or a name that the Hub can have.

vLLM takes it for a folder (or a .gguf file) if there is one, else for a name on the Hub; what is
neither ends in "Invalid repository ID or local directory specified". Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from triton_doctor.api import (
    ASK,
    SAFE,
    Answer,
    Plan,
    Record,
    Severity,
    found,
    plan,
    pointed,
    spot,
    unsure,
)
from triton_doctor.probes.repository import Model
from triton_doctor_checks.engine import table as tables
from triton_doctor_checks.repository.json_places import Member, replaced
from triton_doctor_checks.weights.incomplete import incomplete

_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\|~|file:")
_OF_USERS = re.compile(r"/(home|Users|mnt/[a-z]|media|Volumes|cygdrive)/")
_URL = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)(?:[/?#].*)?")
_STORE = re.compile(r"(s3|gs|az|oci|r2|hf|modelscope|tensorizer)://", re.IGNORECASE)
_CACHE = "/root/.cache/huggingface"
_MOUNTED = re.compile(r"/models\d*(/|$)")
# As huggingface_hub's validate_repo_id has it.
_NAME = re.compile(r"([\w\-.]{1,96}/)?[\w\-.]{1,96}")
_DEFAULTS = (("0.10.0", "Qwen/Qwen3-0.6B"), ("0.5.5", "facebook/opt-125m"))


class Named(Record, frozen=True):
    """Where `model` stands: the file's path as shown, its text, and the member."""

    path: str
    text: str
    member: Member

    @property
    def where(self) -> str:
        line, column = self._place
        return f"{self.path}:{line}:{column}"

    @property
    def evidence(self) -> tuple[str, ...]:
        return pointed(self.text, *self._place)

    @property
    def _place(self) -> tuple[int, int]:
        return spot(self.text, self.member.value_start)


def unnamed(path: str, table: tables.Table, sure: bool, fix: Plan | None) -> Answer:
    """There is no `model`: up to 0.5.3 that is refused, later a small model is loaded instead."""
    loaded = next((name for since, name in _DEFAULTS if table.since(since)), "")
    return found(
        "no-model-named",
        case=None if loaded else "required",
        severity=Severity.WARNING if loaded or not sure else Severity.ERROR,
        where=f"{path}:1:1",
        fix=fix,
        vllm=table.version,
        loaded=loaded,
    )


def weights(named: Named, model: Model, official: bool) -> Iterator[Answer]:
    """official: the image is NVIDIA's own, which has nothing of the user's but what is mounted."""
    value = named.member.value
    if not isinstance(value, str) or _STORE.match(value):
        return
    text = value.strip()
    if _DRIVE.match(text) or _OF_USERS.match(text) or text.startswith(("./", "../")):
        if official or not text.startswith("/"):
            yield _not_mounted(named, model, text)
        else:
            yield unsure("in-image", path=text, model=model.name)
    elif text.startswith("/"):
        yield from _absolute(named, model, text, official)
    elif not is_name(value):
        yield _misnamed(named, value)


def is_name(value: str) -> bool:
    """Whether the Hub can have a repository of that name."""
    return bool(
        _NAME.fullmatch(value)
        and "--" not in value
        and ".." not in value
        and not value.endswith(".git")
        and all(part[0] not in "-." and part[-1] not in "-." for part in value.split("/"))
    )


def _absolute(named: Named, model: Model, path: str, official: bool) -> Iterator[Answer]:
    if _MOUNTED.match(path):
        yield from _in_mount(named, model, path)
    elif path.startswith(_CACHE):
        return  # the weights check looks into the volume
    elif official:
        yield _not_mounted(named, model, path)
    else:
        yield unsure("in-image", path=path, model=model.name)


def _in_mount(named: Named, model: Model, path: str) -> Iterator[Answer]:
    target = model.target(named.member.value)
    if target is None or target.kind == "denied":
        yield unsure("in-mount", path=path, model=model.name)
    elif target.kind == "outside":
        yield _not_mounted(named, model, path, "link-in-model-json")
    elif target.kind in ("missing", "dangling", "other"):
        yield _incomplete(named, path, "not-there", None)
    elif target.kind == "file" and not path.endswith(".gguf"):
        yield _incomplete(named, path, "a-file", Severity.WARNING, _folder(named, path))


def _not_mounted(named: Named, model: Model, path: str, case: str = "model-json") -> Answer:
    return found(
        "mount/not-mounted",
        case=case,
        where=named.where,
        evidence=named.evidence,
        path=path,
        named=model.name,
    )


def _folder(named: Named, path: str) -> Plan | None:
    """The folder in which the file lies."""
    member, folder = named.member, path.rpartition("/")[0]
    new = json.dumps(folder)
    step = replaced(named.path, named.text, member.value_start, member.end, new)
    return plan("folder", ASK, step, folder=folder) if step else None


def _incomplete(
    named: Named, path: str, case: str, severity: Severity | None, fix: Plan | None = None
) -> Answer:
    return incomplete(
        "weights/incomplete",
        case,
        named.where,
        evidence=named.evidence,
        severity=severity,
        fix=fix,
        error="Invalid repository ID or local directory specified",
        path=path,
    )


def _misnamed(named: Named, value: str) -> Answer:
    meant = _meant(value)
    return found(
        "token/model-not-found",
        case="repaired" if meant else "form",
        where=named.where,
        evidence=named.evidence,
        fix=_corrected(named, meant),
        model=value,
        meant=meant,
    )


def _meant(value: str) -> str:
    """The name that was surely meant: out of the page's address, without blanks and slashes."""
    text = value.strip()
    page = _URL.fullmatch(text)
    text = page[1] if page else text.replace("\\", "/").strip("/ ")
    text = text.removesuffix(".git")
    return text if is_name(text) else ""


def _corrected(named: Named, meant: str) -> Plan | None:
    if not meant:
        return None
    member = named.member
    step = replaced(named.path, named.text, member.value_start, member.end, json.dumps(meant))
    return plan("correct", SAFE, step) if step else None
