"""Writes the table of the architectures that vLLM knows: `python docs/architectures.py FILE...`.

The files are the source packages of vllm, one for each version, and wheels of transformers of
several years. Only dictionaries in them are read, nothing of them is run. The registry stands in
`model_executor/models/registry.py`, earlier in `models/__init__.py` (to 0.6.0) and
`model_loader.py` (to 0.2.3); types of configurations in `transformers_utils/config.py` and, of
transformers, in `models/auto`.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

TABLE = Path("checks/triton_doctor_checks/weights/architectures.json")
_PLACES = ("models/registry.py", "models/__init__.py", "model_loader.py")
# Names of dictionaries that list something else: what is gone, what others bring, what is all.
_OTHERS = re.compile(r"_(PREVIOUSLY|OOT|ROCM|VLLM)_")


def main(files: list[str]) -> None:
    sdists = [file for file in files if file.endswith(".tar.gz")]
    wheels = [file for file in files if file.endswith(".whl")]
    known = {_version(path): architectures(Path(path)) for path in sdists}
    versions = sorted(known, key=_order)
    empty = [version for version in versions if not known[version]]
    if empty:
        raise ValueError(f"no registry was found in {empty}")
    types = {name for path in sdists for name in own_types(Path(path))}
    types.update(name for path in wheels for name in transformers_types(Path(path)))
    names = sorted({name for one in known.values() for name in one})
    others = sorted("-".join(Path(one).name.split("-")[:2]) for one in wheels)
    table: dict[str, object] = {
        "source": "PyPI source packages of vllm, the registry of vllm/model_executor/models; "
        f"types: those, {', '.join(others)}",
        "shape": "architecture -> stretches of versions [first, last]; last null: the newest too. "
        "types: of configurations that some version reads without a model's own code",
        "versions": versions,
        "architectures": {name: list(_stretches(name, versions, known)) for name in names},
        "types": sorted(types),
    }
    TABLE.write_text(written(table), encoding="utf-8")
    sys.stdout.write(f"{TABLE}: {len(names)} architectures, {versions[0]} to {versions[-1]}\n")


def architectures(sdist: Path) -> set[str]:
    """The names that the registry of one version has."""
    texts = _read(sdist, *[f"vllm/model_executor/{place}" for place in _PLACES])
    return next((found for text in texts if (found := set(_keys(text)))), set())


def own_types(sdist: Path) -> Iterator[str]:
    """The types of configurations for which one version of vLLM has classes of its own."""
    for text in _read(sdist, "vllm/transformers_utils/config.py"):
        for called, value in _assigned(text):
            if called == "_CONFIG_REGISTRY" and isinstance(value, ast.Dict):
                yield from _texts(value.keys)
            elif called == "_CONFIG_REGISTRY" and isinstance(value, ast.Call):
                yield from (one.arg for one in value.keywords if one.arg)


def transformers_types(wheel: Path) -> Iterator[str]:
    """The types of configurations that one version of transformers knows."""
    with zipfile.ZipFile(wheel) as packed:
        for place in ("auto_mappings", "configuration_auto"):
            name = f"transformers/models/auto/{place}.py"
            if name in packed.namelist():
                yield from _pairs(packed.read(name).decode())


def _pairs(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and "CONFIG_MAPPING_NAMES" in ast.unparse(node.func):
            inner: ast.AST = node  # CONFIG_MAPPING_NAMES.update(...)
        elif (
            isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CONFIG_MAPPING_NAMES"
        ):
            inner = node.value
        else:
            continue
        for one in ast.walk(inner):
            if isinstance(one, ast.Tuple):
                yield from _texts(one.elts[:1])
            elif isinstance(one, ast.Dict):
                yield from _texts(one.keys)


def _read(sdist: Path, *places: str) -> list[str]:
    """The texts of those of the files that the package has."""
    with tarfile.open(sdist) as packed:
        top = packed.next()
        root = top.name.split("/")[0] if top else ""
        wanted = {f"{root}/{place}": place for place in places}
        found = {one.name: packed.extractfile(one) for one in packed if one.name in wanted}
        return [file.read().decode() for name in wanted if (file := found.get(name))]


def written(table: dict[str, object]) -> str:
    """As JSON with a line for each architecture, so that a change is a change of lines."""
    text = json.dumps(table, indent=1)
    flat = re.sub(r"\[\s*([^\[\]]*?)\s*\]", lambda hit: f"[{_joined(hit[1])}]", text)
    return re.sub(r"\[\s*(\[[^{}]*?\])\s*\]", lambda hit: f"[{_joined(hit[1])}]", flat) + "\n"


def _joined(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text)


def _keys(source: str) -> Iterator[str]:
    for called, value in _assigned(source):
        listed = called.endswith(("_MODELS", "_MODEL", "_REGISTRY")) and not _OTHERS.match(called)
        if listed and isinstance(value, ast.Dict):
            yield from _texts(value.keys)


def _assigned(source: str) -> Iterator[tuple[str, ast.expr]]:
    """The names that a module gives, with their values."""
    for node in ast.parse(source).body:
        name = node.targets[0] if isinstance(node, ast.Assign) else None
        name = node.target if isinstance(node, ast.AnnAssign) else name
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        if isinstance(name, ast.Name) and value is not None:
            yield name.id, value


def _texts(nodes: Iterable[ast.expr | None]) -> Iterator[str]:
    for one in nodes:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _stretches(
    name: str, versions: list[str], known: dict[str, set[str]]
) -> Iterator[tuple[str, str | None]]:
    """From when to when the versions in a row have it."""
    first = last = None
    for version in versions:
        if name in known[version]:
            first, last = first or version, version
        elif first:
            yield first, last
            first = None
    if first:
        yield first, None


def _version(path: str) -> str:
    return Path(path).name.removeprefix("vllm-").removesuffix(".tar.gz")


def _order(version: str) -> tuple[int, ...]:
    """As PEP 440 has it for the forms that occur: 0.6.3.post1, 0.9.0."""
    plain, _, post = version.partition(".post")
    numbers = [int(one) for one in plain.split(".")]
    return (*numbers, *[0] * (4 - len(numbers)), int(post or 0))


if __name__ == "__main__":
    main(sys.argv[1:])
