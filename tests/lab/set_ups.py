"""The set-ups of the guide page: each is broken in one way, on a real engine, and judged whole.

`python -m tests.lab.set_ups` writes the page's table. Everything but the one fault is sound: the
image is there, the token has the form of one, and no GPU is asked for, since the tests have none.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.lab.starving import starve

if TYPE_CHECKING:
    from tests.lab.bench import Lab

PAGE = Path(__file__).parents[2] / "docs/guide/set-ups.md"
TOKEN = "hf_" + "AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh"


@dataclass
class Folder:
    """The folder that the user stands in, with the guide's files, and what to type there."""

    lab: Lab
    path: Path
    name: str  # of the container: another in each set-up, since the engine remembers old ones
    arguments: list[str] = field(default_factory=lambda: ["--gpus", "none"])
    variables: dict[str, str | None] = field(default_factory=lambda: {"HF_TOKEN": TOKEN})
    cwd: Path | None = None

    @property
    def model(self) -> Path:
        return self.path / "model_repository/gemma"

    @contextmanager
    def sockets(self, *ports: int) -> Iterator[None]:
        """Ports that this very process holds."""
        held = [socket.create_server(("", port)) for port in ports]
        try:
            yield
        finally:
            for one in held:
                one.close()


@dataclass(frozen=True)
class SetUp:
    """What the user did, and what the doctor must say: ids of errors and warnings, exit code."""

    title: str
    ids: tuple[str, ...]
    code: int
    make: Callable[[Folder], object] = lambda _folder: None


def _rewrite(name: str, text: str | bytes) -> Callable[[Folder], object]:
    data = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder.model / name).write_bytes(data)


def _options(*arguments: str) -> Callable[[Folder], object]:
    return lambda folder: folder.arguments.extend(arguments)


def _variables(**variables: str | None) -> Callable[[Folder], object]:
    return lambda folder: folder.variables.update(variables)


def _wrong_folder(folder: Folder) -> None:
    folder.cwd = folder.model


def _empty(folder: Folder) -> None:
    shutil.rmtree(folder.path / "model_repository")


def _misspelt(folder: Folder) -> None:
    folder.model.rename(folder.model.with_name("gema"))


def _file_for_folder(folder: Folder) -> None:
    _empty(folder)
    (folder.path / "model_repository").write_text("not a folder\n")


def _one_level_off(folder: Folder) -> None:
    (folder.model / "1/model.json").rename(folder.model / "model.json")
    (folder.model / "1").rmdir()


def _rename(old: str, new: str) -> Callable[[Folder], object]:
    return lambda folder: (folder.model / old).rename(folder.model / new)


def _image(*changes: str, **options: object) -> Callable[[Folder], object]:
    def make(folder: Folder) -> None:
        folder.lab.image("set-up/server:25.06-vllm-python-py3", changes=changes, **options)
        folder.arguments += ["--image", "set-up/server:25.06-vllm-python-py3"]

    return make


def _other(folder: Folder) -> None:
    """Somebody else's container on a port of ours."""
    lab = folder.lab
    lab.docker("run", "-d", "--name", "set-up-other", "-p", "8001:80", lab.ubuntu, "sleep", "600")


def _container(*run: str, script: str) -> Callable[[Folder], object]:
    """A container of the deployment's name, as the guide starts it but for `run`, to its end."""

    def make(folder: Folder) -> None:
        given = ["run", *run, "--name", folder.name, "--env", f"HF_TOKEN={TOKEN}"]
        folder.lab.docker(*given, folder.lab.ubuntu, "sh", "-c", script, check=False)
        if "-d" in run:
            folder.lab.docker("wait", folder.name)

    return make


def _out_of_memory(folder: Folder) -> None:
    eat = "dd if=/dev/zero of=/dev/null bs=64M"
    make = _container("-d", "--memory", "16m", script=eat)
    starve(folder.lab, folder.name, lambda: make(folder))


def _absent_image(folder: Folder) -> None:
    address = folder.lab.registry.address
    folder.arguments += ["--image", f"{address}/tritonserver:25.13-vllm-python-py3"]


SET_UPS: tuple[SetUp, ...] = (
    SetUp("Nothing: the guide followed to the letter", (), 0),
    SetUp("An empty folder", ("mount/source-missing", "repository/not-found"), 1, _empty),
    SetUp(
        "The wrong folder: inside the model's own",
        ("mount/source-missing", "repository/not-found"),
        1,
        _wrong_folder,
    ),
    SetUp("The model's folder is misspelt: `gema`", ("repository/not-found",), 1, _misspelt),
    SetUp(
        "A file in place of the repository folder",
        ("mount/not-a-directory", "repository/not-found"),
        1,
        _file_for_folder,
    ),
    SetUp(
        "`config.pbtxt.txt`, as an editor saved it",
        ("repository/config-missing",),
        1,
        _rename("config.pbtxt", "config.pbtxt.txt"),
    ),
    SetUp("`model.json` beside `config.pbtxt`", ("repository/bad-layout",), 1, _one_level_off),
    SetUp("The version folder is called `v1`", ("repository/bad-layout",), 1, _rename("1", "v1")),
    SetUp(
        "No `model.json`",
        ("repository/model-json-missing",),
        1,
        lambda folder: (folder.model / "1/model.json").unlink(),
    ),
    SetUp(
        "A comma after the last value in `model.json`",
        ("repository/model-json-syntax",),
        1,
        _rewrite("1/model.json", '{\n  "model": "google/gemma-2b",\n}\n'),
    ),
    SetUp(
        "A byte order mark before `model.json`",
        ("repository/model-json-syntax",),
        1,
        _rewrite("1/model.json", b'\xef\xbb\xbf{"model": "google/gemma-2b"}\n'),
    ),
    SetUp(
        "The guide's `max_batch_size: 256`",
        ("repository/config-invalid",),
        1,
        _rewrite("config.pbtxt", 'backend: "vllm"\nmax_batch_size: 256\n'),
    ),
    SetUp(
        "A Windows path on Linux",
        ("mount/bad-path", "repository/not-found"),
        1,
        _options("--repository", r"C:\models\model_repository"),
    ),
    SetUp(
        "The Docker daemon is not running",
        ("docker/daemon-down",),
        1,
        _variables(DOCKER_HOST="unix:///nonexistent/docker.sock"),
    ),
    SetUp("GPUs asked for on a machine without one", ("docker/no-gpu-runtime", "gpu/no-driver"), 1),
    SetUp(
        "Port 8000 held by another program",
        ("port/in-use",),
        1,
    ),
    SetUp(
        "Port 8001 held by another container",
        ("port/in-use",),
        1,
        _other,
    ),
    SetUp(
        "The same port given twice",
        ("port/given-twice",),
        1,
        _options("--grpc-port", "8000"),
    ),
    SetUp(
        "A crashed container that still holds the name",
        ("docker/name-conflict", "launch/crashed"),
        1,
        _container("-d", script="echo boom >&2; exit 1"),
    ),
    SetUp("An image without vLLM", ("image/wrong-variant",), 1, _image()),
    SetUp(
        "An image for another processor",
        ("image/wrong-platform",),
        1,
        _image(platform="linux/arm64"),
    ),
    SetUp("A tag that the registry does not have", ("image/not-found",), 1, _absent_image),
    SetUp(
        "The token with its quotes",
        ("token/invalid",),
        1,
        _variables(HF_TOKEN=f'"{TOKEN}"'),
    ),
    SetUp(
        "PowerShell's `$env:HF_TOKEN` in bash",
        ("token/invalid",),
        1,
        _variables(HF_TOKEN=":HF_TOKEN"),
    ),
    SetUp(
        "The container ran out of memory",
        ("docker/name-conflict", "host/out-of-memory"),
        1,
        _out_of_memory,
    ),
    SetUp(
        "The guide's `--rm`: the container is gone, and its log",
        ("launch/vanished",),
        1,
        _container("--rm", script="exit 1"),
    ),
)


def table() -> str:
    """The page's table, one line a set-up."""
    lines = ["| what is broken | what the doctor finds | exit code |", "| --- | --- | --- |"]
    for one in SET_UPS:
        links = [f"[`{name}`](../problems/{name}.md)" for name in one.ids]
        lines.append(f"| {one.title} | {', '.join(links) or 'nothing'} | {one.code} |")
    return "\n".join(lines) + "\n"


def page(old: str) -> str:
    """The page with its table written anew."""
    head, _, rest = old.partition("<!-- table -->\n")
    _, mark, tail = rest.partition("<!-- end of table -->")
    return f"{head}<!-- table -->\n{table()}{mark}{tail}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
