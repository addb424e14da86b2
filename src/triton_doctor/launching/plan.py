"""What is to be run for a deployment, before any shell's quoting or any engine's API. Pure.

It differs from the guide's command in two ways, on purpose: no `--rm`, which throws a crash's log
away with the container, and the token by name or as a file, so that it stands in no process list.
"""

from __future__ import annotations

from collections.abc import Callable

from triton_doctor.deployment import Deployment
from triton_doctor.record import Record

WITHIN = "/models"  # where the guide mounts the repository; /models2 is the next
CACHE = "/root/.cache/huggingface"
TOKEN_INSIDE = "/run/secrets/hf-token"  # noqa: S105 - a place, not a token
INSIDE = {"http": 8000, "grpc": 8001, "metrics": 8002}


class Bind(Record, frozen=True):
    """A folder or file of this machine in the container."""

    source: str
    target: str
    readonly: bool = False


class ContainerPlan(Record, frozen=True):
    """One container. ports: (host, inside); env: a value of None is handed on from the shell.

    volumes: (name, target). gpus: all, none, or numbers as in `0,1`. argv: what runs in it.
    """

    image: str
    name: str
    argv: tuple[str, ...]
    ports: tuple[tuple[int, int], ...]
    env: tuple[tuple[str, str | None], ...]
    binds: tuple[Bind, ...]
    volumes: tuple[tuple[str, str], ...]
    gpus: str = "all"
    shm_size: str | None = None


def container_plan(plan: Deployment, absolute: Callable[[str], str]) -> ContainerPlan:
    """absolute: makes a path of this machine whole, as `Host.absolute` does."""
    folders = [absolute(path) for path in (plan.repository, *plan.more_repositories)]
    places = [WITHIN, *[f"{WITHIN}{number}" for number in range(2, len(folders) + 1)]]
    binds = [Bind(path, place) for path, place in zip(folders, places, strict=True)]
    env: tuple[tuple[str, str | None], ...] = ((plan.token_env, None),)
    if plan.token_file:
        # HF_TOKEN_PATH is where huggingface_hub reads a token from.
        env = (("HF_TOKEN_PATH", TOKEN_INSIDE),)
        binds.append(Bind(absolute(plan.token_file), TOKEN_INSIDE, readonly=True))
    volumes: tuple[tuple[str, str], ...] = ()
    if plan.cache_volume.startswith(("/", "~", ".")):
        binds.append(Bind(absolute(plan.cache_volume), CACHE))
    else:
        volumes = ((plan.cache_volume, CACHE),)
    argv = ["tritonserver", *[f"--model-repository={place}" for place in places]]
    argv.append(f"--model-control-mode={plan.control_mode}")
    if plan.control_mode == "explicit":  # with another mode Triton refuses --load-model
        argv += [f"--load-model={name}" for name in plan.model]
    return ContainerPlan(
        image=plan.image,
        name=plan.name,
        argv=tuple(argv),
        ports=tuple((plan.ports[role], inside) for role, inside in INSIDE.items()),
        env=env,
        binds=tuple(binds),
        volumes=volumes,
        gpus=plan.gpus,
        shm_size=plan.shm_size,
    )
