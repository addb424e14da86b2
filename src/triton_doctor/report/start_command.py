"""The deployment as the command that starts it, for a POSIX shell.

It differs from the guide's in two ways, on purpose: no `--rm`, which throws a crash's log away
with the container, and the token passed by name, so that it stands in no process list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import quote
from typing import Any

WITHIN = "/models"  # where the guide mounts the repository
TOKEN_INSIDE = "/run/secrets/hf-token"  # noqa: S105 - a place, not a token
INSIDE = {"http_port": 8000, "grpc_port": 8001, "metrics_port": 8002}


def start_command(
    plan: Mapping[str, Any], source: str, more: Sequence[str] = (), token_file: str = ""
) -> str:
    """`docker run …` over several lines.

    plan: a Deployment's fields by name; source: the absolute path of its repository; more: of its
    further ones, which are mounted at /models2, /models3 and so on; token_file: the absolute path
    of a file that holds the token.
    """
    places = [WITHIN, *[f"{WITHIN}{number}" for number in range(2, len(more) + 2)]]
    parts = ["docker run -d"]
    if plan["gpus"] == "all":
        parts.append("--gpus all")
    elif plan["gpus"] != "none":
        parts.append(f"""--gpus '"device={plan["gpus"]}"'""")
    parts += [f"-p {plan[key]}:{inside}" for key, inside in INSIDE.items()]
    if plan["shm_size"]:
        parts.append(f"--shm-size {plan['shm_size']}")
    parts += [
        *_token(plan["token_env"], token_file),
        *[
            f"--mount {quote(f'type=bind,source={path},target={target}')}"
            for path, target in zip([source, *more], places, strict=True)
        ],
        f"--mount type=volume,source={plan['cache_volume']},target=/root/.cache/huggingface",
        f"--name {plan['name']}",
        plan["image"],
        " ".join(["tritonserver", *[f"--model-repository={target}" for target in places]])
        + f" --model-control-mode={plan['control_mode']}",
    ]
    if plan["control_mode"] == "explicit":  # with another mode Triton refuses --load-model
        parts += [f"--load-model={quote(name)}" for name in plan["model"]]
    return " \\\n  ".join(parts)


def _token(variable: str, file: str) -> list[str]:
    """The token by name or as a file: HF_TOKEN_PATH is where huggingface_hub reads it from."""
    if not file:
        return [f"--env {variable}"]
    mount = f"type=bind,source={file},target={TOKEN_INSIDE},readonly"
    return [f"--env HF_TOKEN_PATH={TOKEN_INSIDE}", f"--mount {quote(mount)}"]
