"""Plans that bring an engine back: by the system, by whose engine it is, and by what was chosen."""

from __future__ import annotations

from triton_doctor.api import ASK, SHOW, Plan, Step, command, plan, replaced
from triton_doctor.probes.docker_engine import DockerEngine

# Kind of system, distribution, and whether the doctor itself runs in a container.
Machine = tuple[str, str, bool]

APT = ("debian", "ubuntu", "linuxmint", "pop", "raspbian", "kali")
USUAL = ("/var/run/docker.sock", "/run/docker.sock")
_SCRIPT = "get-docker.sh"
_DESKTOP = "Docker.DockerDesktop"
# Variables that lead elsewhere than to this machine's own engine, by the case of the words.
_LED_BY = {
    "variable": ("DOCKER_HOST",),
    "scheme": ("DOCKER_HOST",),
    "context": ("DOCKER_CONTEXT",),
    "certificates": ("DOCKER_TLS_VERIFY", "DOCKER_TLS", "DOCKER_CERT_PATH"),
}


def started(case: str, engine: DockerEngine, machine: Machine) -> Plan | None:
    """What starts the engine that is down, or leads to another one that is meant."""
    if case in _LED_BY:
        return plan("unset", SHOW, command("unset", *_LED_BY[case]), names=", ".join(_LED_BY[case]))
    if case == "context-config":
        return _use_default(engine)
    if machine[2]:
        return None
    if case == "default":
        return _service() if engine.endpoint.removeprefix("unix://") in USUAL else None
    if case == "wsl":
        return plan("start", SHOW, _by_script())
    if case in ("rootless", "desktop-linux"):
        name = "docker" if case == "rootless" else "docker-desktop"
        back = ("systemctl", "--user", "stop", name)
        return plan("own", ASK, command("systemctl", "--user", "start", name, back=back))
    if case == "macos":
        return plan("desktop", ASK, command("open", "-a", "Docker"), costs=["minutes"])
    if case == "windows":
        start = command("docker", "desktop", "start", back=("docker", "desktop", "stop"))
        return plan("desktop", ASK, start, costs=["minutes"])
    return None


def _service() -> Plan:
    """By systemd, or by the script of those systems that go without."""
    back = ("systemctl", "stop", "docker.socket", "docker")
    start = command("systemctl", "start", "docker", root=True, back=back)
    return plan("start", ASK, start, instead=plan("script", ASK, _by_script()))


def _by_script() -> Step:
    back = ("service", "docker", "stop")
    return command("service", "docker", "start", root=True, back=back)


def _use_default(engine: DockerEngine) -> Plan | None:
    """As `docker context use default`, which could not be taken back: the name leads nowhere."""
    if engine.chosen_at is None:
        return None
    old, new = f'"{engine.context}"', '"default"'
    step = replaced(engine.config_path, *engine.chosen_at, old, new, key="currentContext")
    return plan("use-default", ASK, step)


def installed(case: str) -> Plan | None:
    """Docker from where it comes most readily on this system."""
    if case == "apt":
        steps = [
            command("apt-get", "update", root=True),
            command("apt-get", "install", "-y", "docker.io", root=True),
        ]
        return plan("install", ASK, *steps, costs=["download", "minutes"])
    if case == "default":
        return plan("script", SHOW, *by_its_makers(), costs=["download", "minutes"])
    if case == "macos":
        step = command("brew", "install", "--cask", "docker")
        return plan("desktop", SHOW, step, command("open", "-a", "Docker"), costs=["download"])
    if case in ("windows", "wsl"):
        step = command("winget.exe", "install", "-e", "--id", _DESKTOP)
        return plan("desktop", SHOW, step, costs=["download"])
    return None


def by_its_makers() -> tuple[Step, ...]:
    """The script of Docker's makers, which knows most distributions of Linux."""
    fetch = command("curl", "-fsSL", "https://get.docker.com", "-o", _SCRIPT)
    return fetch, command("sh", _SCRIPT, root=True)


def allowed(case: str | None) -> Plan | None:
    """What a new login of this account needs; groups of the one that runs stay as they are."""
    login = command("newgrp", "docker")
    if case == "new-login":
        return plan("login", SHOW, login, costs=["login"])
    if case is None:
        line = 'sudo usermod -aG docker "$USER"'  # before sudo, whose own USER is root
        join = Step(line, command("sh", "-c", line).act)
        return plan("group", SHOW, join, login, costs=["login"])
    return None


def newer(case: str | None, distribution: str) -> Plan | None:
    """A client or an engine that the other one can talk to."""
    if case in ("pinned-old", "pinned-new"):
        unset = command("unset", "DOCKER_API_VERSION")
        return plan("unset", SHOW, unset, names="DOCKER_API_VERSION")
    if case == "engine-gpus":
        return plan("engine", SHOW, *by_its_makers(), costs=["download", "restart", "minutes"])
    if distribution in APT:
        fetch = command("apt-get", "update", root=True)
        install = command("apt-get", "install", "-y", "docker-ce-cli", root=True)
        return plan("client", SHOW, fetch, install, costs=["download"])
    return None


def no_snap() -> Plan:
    """Its images and volumes go with it, so that a person has to decide."""
    remove = command("snap", "remove", "docker", root=True)
    return plan("replace", SHOW, remove, *by_its_makers(), costs=["deletes", "download", "minutes"])


def readable_again(path: str, machine: Machine) -> Plan | None:
    """A `sudo docker login` leaves the file to root; it gets the owner that the home has."""
    home = path.removesuffix("/.docker/config.json")
    if home == path or machine[0] not in ("linux", "wsl2"):
        return None
    return plan("owner", ASK, command("chown", f"--reference={home}", path, root=True))
