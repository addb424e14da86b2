"""Repairs of what the deployment is made of: image, token, docker's own files and its service."""

from __future__ import annotations

import json

from tests.lab.repairs.files import Breaks
from tests.lab.repairs.kit import Repair, Scene
from tests.lab.repairs.service import Service, at_usual_place

TOKEN = "hf_" + "cA4nArY7tOkEn2" * 2 + "Zz9Qxy"
_NAME, _TAG = "repair-area/tritonserver", "25.06-vllm-python-py3"
_SERVER = {"opt/tritonserver/bin/tritonserver": "#!/bin/sh\n"}
_CONFIG = """{
\t"auths": { "registry.example": { "auth": "%s" } },
\t"credsStore" : "",
\t"currentContext":  "gpu-box",
\t"psFormat": "{{.Names}}"
}
"""
CREDENTIAL = "YWRhOmNBNG5BclktcEFzcw=="


def uses(scene: Scene, image: str) -> str:
    """The deployment's image, by its settings; gone with all its forms when it is over."""
    scene.later.append(lambda: scene.lab.docker("rmi", "-f", image, check=False))
    scene.write("triton-doctor.toml", f'image = "{image}"  # by hand\n')
    return image


def _not_pulled(scene: Scene) -> None:
    uses(scene, _pushed(scene))


def _pushed(scene: Scene) -> str:
    """An image with server and vLLM, at the lab's registry and nowhere else."""
    made = f"{_NAME}:{_TAG}"
    scene.lab.fake_vllm_image(made)
    there = scene.lab.registry.push(made, made)
    scene.lab.docker("rmi", "-f", made)
    return there


def _misspelt_tag(scene: Scene) -> None:
    uses(scene, _pushed(scene).replace(":25.06-", ":25.6-"))


def _wrong_platform(scene: Scene) -> None:
    """Another processor's image has the name, and the registry has the right one."""
    there = uses(scene, _pushed(scene))
    scene.lab.image(there, platform="linux/s390x")


def _without_vllm(scene: Scene) -> None:
    """NVIDIA's image of the same release, with vLLM, is there too."""
    scene.lab.fake_vllm_image()
    uses(scene, scene.lab.image("nvcr.io/nvidia/tritonserver:25.06-py3", _SERVER))


def _token_file(scene: Scene) -> None:
    scene.write("home/.cache/huggingface/token", TOKEN).chmod(0o600)


def _token_variable(scene: Scene) -> None:
    scene.env |= {"HF_TOKEN": None, "HUGGING_FACE_HUB_TOKEN": TOKEN}


def config(text: str) -> Breaks:
    return lambda scene: scene.write("home/.docker/config.json", text).chmod(0o600)


def _lost_context(scene: Scene) -> None:
    """The context in use is not there any more; the machine's own engine is."""
    config(_CONFIG % CREDENTIAL)(scene)
    at_usual_place(scene, scene.lab.engine)


def _engine_down(scene: Scene) -> None:
    service = Service(scene)
    at_usual_place(scene, service.engine)
    service.engine.halt()
    service.engine.socket.unlink(missing_ok=True)


def _toolkit_unseen(scene: Scene) -> None:
    """The toolkit came after the engine's start; its hook is a stand-in that hands out nothing."""
    service = Service(scene)
    scene.env["DOCKER_HOST"] = service.engine.host
    for name in ("nvidia-container-runtime-hook", "nvidia-container-toolkit", "nvidia-ctk"):
        service.program(name, "#!/bin/sh\nexit 0\n")


_BARE = json.dumps({"auths": {"registry.example": {"auth": CREDENTIAL}}})[:-1]

DEPLOYMENT: list[Repair] = [
    Repair("image/not-pulled", "registry", "ask", _not_pulled, "image"),
    Repair(
        "image/not-found",
        "tag",
        "safe",
        _misspelt_tag,
        "image",
    ),
    Repair("image/wrong-platform", "other", "ask", _wrong_platform, "image"),
    Repair("image/wrong-variant", "no-vllm", "safe", _without_vllm, "image"),
    Repair("token/missing", "file", "safe", _token_file, "token"),
    Repair("token/missing", "variable", "safe", _token_variable, "token"),
    Repair("docker/bad-config", "no-json", "ask", config(_BARE), "docker"),
    Repair("docker/daemon-down", "context", "ask", _lost_context, "docker"),
    Repair("docker/daemon-down", "service", "ask", _engine_down, "docker"),
    Repair(
        "docker/no-gpu-runtime",
        "restart",
        "ask",
        _toolkit_unseen,
        "passthrough,docker/no-gpu-runtime",
        undone=False,
    ),
]
