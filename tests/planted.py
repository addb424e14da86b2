"""A made-up machine on which every place that the doctor looks at holds somebody's secrets."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.canaries import BY_FORM, HOME, HOST, IDENTITY, KNOWN, LOGIN, PLAIN, USER
from tests.fakes import NOW, FakeDocker, FakeHost
from triton_doctor.host.names import Names
from triton_doctor.host.protocol import DockerTrouble, FileStat, Process

NAME = "triton_vllm_server"
SECRETS = {**BY_FORM, **KNOWN}
EVERYTHING = {**SECRETS, **IDENTITY}
# What no text of any format may hold; and what none that leaves the machine may.
HIDDEN = [part for _, parts in SECRETS.values() for part in parts]
STAYS_HERE = [part for _, parts in EVERYTHING.values() for part in parts]
NAMES = Names((HOST,), (USER,), (HOME,))
TOKEN = SECRETS["hugging face"][0]
IMAGE = f"svc:{LOGIN}@registry.canary.internal:5000/team/tritonserver:25.06-vllm-python-py3"
ENVIRON = {"HF_TOKEN": PLAIN, "REGISTRY_PASSWORD": LOGIN, "USER": USER, "LOGNAME": USER}
DEPLOYMENT = {
    "image": IMAGE,
    "repository": f"{HOME}/models",
    "cache_volume": f"{HOME}/cache",
    "token_file": f"{HOME}/token",
}


def lines() -> Iterator[str]:
    """Every canary on a line of its own, one behind a colour, one in a line of JSON."""
    for kind, (text, _) in EVERYTHING.items():
        yield f"I1122 07:00:00.000000 1 server.cc:1] {kind}: {text} end"
        yield f"\x1b[31m{text}\x1b[0m"
        yield json.dumps({"message": f"first\n{text}\nlast"})


def log() -> bytes:
    cause = "E1122 07:00:01.000000 1 model_repository_manager.cc:1] failed to load 'gemma'"
    fatal = f"error: creating server: Internal - failed to load all models {TOKEN} in {HOME}/models"
    return "\n".join([*lines(), f"{cause}: {TOKEN} {PLAIN}", fatal, ""]).encode()


def files() -> dict[str, bytes]:
    auth = base64.b64encode(f"ada:{LOGIN}".encode()).decode()
    spread = "".join(f"# {text}\n" for text, _ in EVERYTHING.values() if "\n" not in text)
    model = {
        "model": f"{HOME}/weights",
        "hf_token": TOKEN,
        "note": [t for t, _ in SECRETS.values()],
    }
    home = {
        "token": PLAIN.encode() + b"\n",
        ".cache/huggingface/token": PLAIN.encode(),
        ".docker/config.json": json.dumps({"auths": {"registry": {"auth": auth}}}).encode(),
        ".netrc": f"machine x login {USER} password {LOGIN}".encode(),
        "models/gemma/config.pbtxt": f'backend: "vllm"\n{spread}'.encode(),
        "models/gemma/1/model.json": json.dumps(model, indent=2).encode(),
        ".git/config": f'[remote "origin"]\n url = https://{USER}:{TOKEN}@github.com/a/b'.encode(),
    }
    return {f"{HOME}/{name}": data for name, data in home.items()}


def inspected(**changes: Any) -> dict[str, Any]:
    every = [text for text, _ in EVERYTHING.values()]
    environment = [f"NVIDIA_CANARY_{n}={text}" for n, text in enumerate(every)]
    return {
        "Id": "a" * 64,
        "Name": f"/{NAME}",
        "Created": "2026-11-22T15:01:37Z",
        "Path": "tritonserver",
        "Args": [*every, "--api-key", "flag-canary-value-1"],
        "State": {"Status": "exited", "ExitCode": 1, "Error": "\n".join(every)},
        "Config": {
            "Image": IMAGE,
            "Env": [*environment, "VLLM_API_KEY=env-canary-value-2", "VLLM_USE_V1=1"],
            "Cmd": ["--model-control-mode=explicit", "--load-model=gemma", *every],
            "Labels": {f"label-{n}": text for n, text in enumerate(every)},
            "User": USER,
        },
        "HostConfig": {"Binds": [f"{HOME}/models:/models"], "Secret": every, "LogConfig": {}},
        "Mounts": [{"Type": "volume", "Name": text, "Source": f"{HOME}/x"} for text in every],
        "GraphDriver": {"Data": every},
        "RestartCount": 0,
        **changes,
    }


def engine(**answers: Any) -> FakeDocker:
    row = {
        "Id": "a" * 64,
        "Names": [f"/{NAME}"],
        "Image": IMAGE,
        "State": "exited",
        "Created": NOW - 60,
    }
    trouble = DockerTrouble("api", "\n".join(text for text, _ in EVERYTHING.values()), 500)
    given: dict[str, Any] = {
        "version": {"Version": "28.2.2", "ApiVersion": "1.50", "Arch": "amd64"},
        "info": {"OperatingSystem": HOST, "OSType": "linux", "Architecture": "x86_64"},
        "containers": [row],
        "inspect": inspected(),
        "logs": log(),
        "log_stream": lambda *_: iter([log()]),
        "events": [],
        "images": [],
        "image": None,
        "volume": None,
        "distribution": trouble,
        "probe": trouble,
        "paths_in_image": trouble,
        **answers,
    }
    return FakeDocker(**given)


class Planted(FakeHost):
    """The machine; home is the canary's."""

    def home(self) -> str:
        return HOME


def machine(environ: Mapping[str, str] = ENVIRON, **answers: Any) -> Planted:
    data = files()
    folders: dict[str, Any] = {}
    for path in data:
        parts = path.split("/")
        for depth in range(2, len(parts)):
            folders.setdefault("/".join(parts[:depth]), set()).add(parts[depth])
    return Planted(
        engine=engine(**answers),
        variables=dict(environ),
        files=dict(data),
        folders={path: sorted(names) for path, names in folders.items()},
        stats={"/var/run/docker.sock": FileStat("other", 0o660, 0, 0, 0, 0.0)},
        binds={8000: "busy"},
        processes={7: Process(7, TOKEN, USER, NOW)},
        folder=f"{HOME}/work",
    )
