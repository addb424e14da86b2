"""What Docker's clients and engines are brought to say: lines for bash, each with its problem.

@ stands for a small image, $REGISTRY for the stand-in of registry_stand_in.py, `docker` for the
client that stands first in PATH, unless the one of Debian 12 (20.10) is asked for.
"""

from __future__ import annotations

from triton_doctor.record import Record

HEALTHY = "none/healthy"
BAD, PATH, FOLDER = "docker/bad-command", "mount/bad-path", "mount/not-a-directory"
MISSING, TAKEN, DOWN = "mount/source-missing", "port/in-use", "docker/daemon-down"
ABSENT, DENIED, FAR = "image/not-found", "image/pull-denied", "network/registry-unreachable"
NO_GPU, OLD, VARIANT = "docker/no-gpu-runtime", "docker/too-old", "image/wrong-variant"


class ClientFault(Record, frozen=True):
    """old: said by the client 20.10. engine: empty for the machine's, or a Debian suite."""

    name: str
    problem: str
    command: str
    old: bool = False
    engine: str = ""


def run(name: str, problem: str, words: str, *, old: bool = False, engine: str = "") -> ClientFault:
    """A fault of `docker run`, which leaves no container."""
    return ClientFault(name, problem, f"docker run --rm {words}", old, engine)


_BIND = "--mount type=bind,source=/tmp"
# A port that is held: by another container, which is removed again.
_HELD = (
    "docker run -d --name held -p 18112:80 @ sleep 60 >/dev/null; {}; docker rm -f held >/dev/null"
)
NO_RIGHTS = "setpriv --reuid 65534 --clear-groups $(command -v docker)"

CLIENT_FAULTS = (
    # ---- mounts
    run("mount-target-root", PATH, f"{_BIND},target=/ @ true"),
    run("mount-no-source", BAD, "--mount type=bind,target=/models @ true"),
    run("mount-type", BAD, f"{_BIND},target=/models,type=folder @ true"),
    run("mount-key", BAD, f"{_BIND},tagret=/models @ true"),
    run("mount-blank", BAD, "--mount type=bind, source=/tmp,target=/models @ true"),
    run("mount-twice", BAD, f"{_BIND},target=/m --mount type=bind,source=/var,target=/m @ true"),
    run("mount-tmpfs-source", BAD, "--mount type=tmpfs,source=/tmp,target=/m @ true"),
    run("mount-under-file", FOLDER, "--mount type=bind,source=/etc/hostname/m,target=/m @ true"),
    run("volume-colons", PATH, "-v /a:/b:/c:ro @ true"),
    run("volume-colons-old", PATH, "-v /a:/b:/c:ro @ true", old=True),
    run("volume-mode", PATH, "-v /tmp:/models:readonly @ true"),
    run("volume-target", PATH, "-v /tmp:models @ true"),
    run("volume-unset", PATH, "-v $NOPE:/models @ true"),
    run("volume-unexpanded", PATH, "-v '$(pwd)/models:/models' @ true"),
    run("volume-tilde", PATH, '-v "~/models:/models" @ true'),
    run("volume-file-on-folder", FOLDER, "-v /etc/hostname:/etc @ true"),
    run("volume-folder-on-file", FOLDER, "-v /tmp:/etc/passwd @ true", old=True),
    run("volume-sys", MISSING, "-v /sys/nothing:/models @ true"),
    run("volume-closed", "mount/permission-denied", "-u 1000 -v /root:/data @ ls /data"),
    run("look-not-mounted", "mount/not-mounted", "@ ls /models"),
    # ---- ports and names
    run("port-word", BAD, "-p http:8000 @ true"),
    run("port-word-old", BAD, "-p http:8000 @ true", old=True),
    run("port-address-old", BAD, "-p localhost:8000:8000 @ true", old=True),
    run("port-ranges", BAD, "-p 8000-8002:8000-8001 @ true"),
    run("port-none", BAD, "-p 8000: @ true"),
    ClientFault("port-held", TAKEN, _HELD.format("docker run --rm -p 18112:80 @ true")),
    run("port-twice-given", TAKEN, "-p 18120:8000 -p 18120:8001 @ true", old=True),
    ClientFault(
        "name-taken",
        "docker/name-conflict",
        _HELD.format("docker run --rm --name held @ true"),
    ),
    run("name-blank", BAD, '--name "my server" @ true'),
    # ---- devices, sizes, users, networks
    run("gpus-device", NO_GPU, "--gpus '\"device=9\"' @ true", old=True),
    run("gpus-word", BAD, "--gpus ALL @ true"),
    run("gpus-no-value", BAD, "--gpus @ nvidia-smi"),
    run("runtime-typo", BAD, "--runtime=nvidea @ true"),
    run("device-old-client", OLD, "--device nvidia.com/gpu=all @ true", old=True),
    run("device-gpu", "gpu/no-driver", "--device /dev/nvidia0 @ true"),
    run("memory-small", BAD, "--memory 1m @ true"),
    run("memory-swap", BAD, "--memory 1g --memory-swap 500m @ true", old=True),
    run("cpus-many", BAD, "--cpus 999 @ true"),
    run("ulimit-type", BAD, "--ulimit memlok=-1 @ true"),
    run("ipc-typo", BAD, "--ipc hosts @ true"),
    run("network-absent", BAD, "--network tritonnet @ true"),
    run("network-container", BAD, "--network container:gone @ true"),
    run("env-file-absent", BAD, "--env-file /no/such.env @ true"),
    run("user-absent", BAD, "--user triton-server @ true", old=True),
    run("workdir-relative", PATH, "-w app @ true"),
    # ---- what is run
    run("server-absent", VARIANT, "@ tritonserver --model-repository=/models"),
    run("server-absent-shell", VARIANT, "@ sh -c 'vllm serve gemma'"),
    run("entrypoint-absent", BAD, "--entrypoint /opt/run.sh @"),
    run("command-quoted", BAD, '@ "ls /models"', old=True),
    run("terminal", BAD, "-it @ sh"),
    ClientFault(
        "continuation", BAD, "docker run --rm -p 18000:8000\n  -v /tmp:/models @ tritonserver"
    ),
    ClientFault("continuation-blank", BAD, "docker run --rm \\ \n  -p 8000:8000 @ true", old=True),
    ClientFault("command-typo", BAD, "docker runn @"),
    ClientFault("compose-absent", "docker/not-installed", "docker compose up -d"),
    # ---- images
    run("image-upper", BAD, "Ubuntu:24.04 true"),
    run("image-placeholder", BAD, "'nvcr.io/nvidia/tritonserver:<xx.yy>-py3'"),
    ClientFault("image-no-tag", ABSENT, "docker pull $REGISTRY/x/no-tag:9"),
    run("image-no-name", ABSENT, "$REGISTRY/x/no-name:1", old=True),
    run("image-denied", DENIED, "$REGISTRY/x/denied:1"),
    ClientFault("image-unauthorized", DENIED, "docker pull $REGISTRY/x/unauthorized:1", old=True),
    ClientFault("image-too-many", DENIED, "docker pull $REGISTRY/x/too-many:1"),
    run("image-arm", "image/wrong-platform", "$REGISTRY/x/arm:1"),
    ClientFault("registry-gateway", FAR, "docker pull $REGISTRY/x/gateway:1"),
    ClientFault("registry-refused", FAR, "docker pull 127.0.0.1:9/x/y:1", old=True),
    ClientFault("image-pulled", HEALTHY, "docker run --rm $REGISTRY/x/good:1 true"),
    # ---- the daemon
    ClientFault("daemon-absent", DOWN, "docker -H unix:///nothing.sock info"),
    ClientFault("daemon-absent-old", DOWN, "docker -H tcp://127.0.0.1:9 run @", old=True),
    ClientFault("daemon-context", DOWN, "DOCKER_HOST= docker --context gpu-box ps"),
    ClientFault("daemon-other", DOWN, "docker -H tcp://$REGISTRY ps"),
    ClientFault("socket-no-rights", "docker/permission-denied", f"{NO_RIGHTS} ps"),
    ClientFault("api-new", OLD, "DOCKER_API_VERSION=1.50 docker ps"),
    ClientFault("api-old-gpus", OLD, "DOCKER_API_VERSION=1.39 docker run --gpus all @", old=True),
    ClientFault("sound-version", HEALTHY, "docker version"),
    # ---- a newer engine (28.5)
    run("newer-file-on-folder", FOLDER, "-v /etc/hostname:/etc @ true", engine="sid"),
    run("newer-network", BAD, "--network tritonnet @ true", engine="sid"),
    run("newer-cdi", "docker/toolkit-failure", "--device nvidia.com/gpu=7 @ true", engine="sid"),
    run("newer-runtime", NO_GPU, "--runtime nvidia @ true", engine="sid"),
    ClientFault("newer-port", TAKEN, _HELD.format("docker run -p 18112:8 @ true"), engine="sid"),
)
