"""The lab as tests see it: a real engine, images, repositories, and the real program."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from tests.lab import doctor, images, machine, triton
from tests.lab.doctor import DoctorRun, run_doctor
from tests.lab.engine import Engine
from tests.lab.hub import LabHub
from tests.lab.images import UBUNTU, VLLM_IMAGE
from tests.lab.leftovers import Folder, sweep
from tests.lab.network import Network
from tests.lab.registry import Registry
from tests.lab.roots import Roots
from tests.lab.stock import Stock

_CONFIG = 'backend: "vllm"\ninstance_group [\n  {\n    count: 1\n    kind: KIND_MODEL\n  }\n]\n'
_MODEL = {"model": "google/gemma-2b", "disable_log_requests": True, "gpu_memory_utilization": 0.9}


class Lab:
    """Started once a test session. Ports, bridges and rules of the machine are never touched."""

    ubuntu, vllm_image = UBUNTU, VLLM_IMAGE

    def __init__(self) -> None:
        self._own = Folder()
        self.folder = self._own.path
        self.network = Network()
        self.engine = Engine(self.folder / "engine")
        self.roots = Roots(Stock(self.folder / "stock"), self.network)
        self._home = self.folder / "home"
        self._registry: Registry | None = None
        self._blind = 0
        self._used = False

    def start(self) -> None:
        machine.need(*machine.PROGRAMS)
        sweep()
        images.busybox()
        self._home.mkdir()
        self.network.enter()
        self._hub = LabHub().__enter__()
        doctor.HUB = self._hub.url
        self._own.note(self.network.rules)
        self.engine.start()
        images.import_image(self.engine, UBUNTU)

    def stop(self) -> None:
        if self._registry:
            self._registry.stop()
        self.engine.stop()
        self._hub.__exit__()
        doctor.HUB = ""
        self.network.leave()
        self._own.remove()

    def renew(self) -> None:
        """Takes away what tests left: containers, volumes, the history of events, the tag of the
        deployment's image. What was made stays."""
        if not self._used:
            self._used = True
            return
        self.engine.halt()
        self.engine.start()
        volumes = self.docker("volume", "ls", "--quiet").stdout.split()
        if volumes:
            self.docker("volume", "rm", "--force", *volumes)
        self.docker("rmi", "--force", VLLM_IMAGE, check=False)

    @property
    def host(self) -> str:
        """The value of DOCKER_HOST."""
        return self.engine.host

    def docker(
        self, *args: str, check: bool = True, stdin: bytes | None = None, timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Runs the docker CLI against the lab's engine."""
        return self.engine.docker(*args, check=check, stdin=stdin, timeout=timeout)

    def doctor(
        self,
        *args: str,
        cwd: Path | None = None,
        env: Mapping[str, str | None] | None = None,
        timeout: float = 180,
        before: Sequence[str] = (),
    ) -> DoctorRun:
        """Runs the doctor with --format json (unless a format or a subcommand is named)."""
        return run_doctor(
            *args,
            host=self.host,
            home=self._home,
            cwd=cwd or self._home,
            env=env or {},
            timeout=timeout,
            before=before,
        )

    def repository(
        self, folder: Path, model: str = "gemma", settings: Mapping[str, object] | None = None
    ) -> Path:
        """Makes `folder`/model_repository as the guide has it, and gives its path."""
        repository = folder / "model_repository"
        (repository / model / "1").mkdir(parents=True)
        (repository / model / "config.pbtxt").write_text(_CONFIG)
        body = json.dumps(_MODEL if settings is None else dict(settings), indent=2)
        (repository / model / "1" / "model.json").write_text(body + "\n")
        return repository

    def image(
        self,
        tag: str,
        files: Mapping[str, str | bytes] | None = None,
        *,
        shell: bool = True,
        changes: Sequence[str] = (),
        platform: str | None = None,
    ) -> str:
        """Imports a tiny image: see images.import_image."""
        images.import_image(
            self.engine, tag, files, shell=shell, changes=changes, platform=platform
        )
        return tag

    def fake_vllm_image(self, tag: str = VLLM_IMAGE) -> str:
        """An image with the files of Triton with vLLM and none of their work (0.2 s)."""
        images.import_fake_vllm(self.engine, tag)
        return tag

    @property
    def triton_image(self) -> str:
        """The deployment's image with a real tritonserver and a backend standing in for vLLM.

        Brought in at first use, and tagged anew at each use, since tests that want the image
        absent or faked take the tag away.
        """
        self.docker("tag", triton.image(self.engine, self.roots), VLLM_IMAGE)
        return VLLM_IMAGE

    @property
    def registry(self) -> Registry:
        """An image registry on 127.0.0.1, started at first use."""
        if self._registry is None:
            self._registry = Registry(self.folder / "registry", self.engine)
            self._registry.start()
        return self._registry

    @contextmanager
    def blind_engine(
        self, hide: Path, how: Literal["empty", "absent"] = "empty"
    ) -> Iterator[Engine]:
        """A second engine that sees nothing in `hide`, or (absent) not even the folder itself."""
        covered = hide if how == "empty" else hide.parent
        self._blind += 1
        engine = Engine(
            self.folder / f"blind{self._blind}",
            before=f"mount -t tmpfs none '{covered}'",
            options=["--iptables=false", "--ip-forward=false", f"--bridge=blind{self._blind}"],
        )
        link = ["ip", "link", "add", f"blind{self._blind}", "type", "bridge"]
        subprocess.run(link, check=True)
        try:
            engine.start()
            images.import_image(engine, UBUNTU)
            yield engine
        finally:
            engine.stop()
            subprocess.run(["ip", "link", "delete", f"blind{self._blind}"], check=True)
