"""Plans around the NVIDIA Container Toolkit, by the commands of its own guides. Pure.

Sources: its installation guide and its pages on troubleshooting and CDI at docs.nvidia.com.
"""

from __future__ import annotations

from triton_doctor.api import ASK, SHOW, Plan, Step, command, plan

APT = ("debian", "ubuntu", "linuxmint", "pop", "raspbian", "kali")
DNF = ("fedora", "rhel", "centos", "rocky", "almalinux", "amzn", "ol")
PACKAGE = "nvidia-container-toolkit"
_FROM = "https://nvidia.github.io/libnvidia-container"
_KEY = f"/usr/share/keyrings/{PACKAGE}-keyring.gpg"
_LIST = f"/etc/apt/sources.list.d/{PACKAGE}.list"
_REPO = f"/etc/yum.repos.d/{PACKAGE}.repo"

RESTART = command("systemctl", "restart", "docker", root=True)
CONFIGURE = command("nvidia-ctk", "runtime", "configure", "--runtime=docker", root=True)
_DESCRIBE = command("nvidia-ctk", "cdi", "generate", "--output=/etc/cdi/nvidia.yaml", root=True)
_BOOLEAN = ("setsebool", "-P", "container_use_devices")


def restart() -> Plan:
    return plan("restart", ASK, RESTART, costs=["restart"])


def install(distribution: str) -> Plan | None:
    """Its packages from NVIDIA's repository; None for a distribution without a known way."""
    if distribution in APT:
        steps = [*_apt_source(), *_apt_install()]
    elif distribution in DNF:
        steps = [
            _fetch(f"{_FROM}/stable/rpm/{PACKAGE}.repo", _REPO),
            command("dnf", "install", "-y", PACKAGE, root=True),
        ]
    else:
        return None
    every = (*steps, CONFIGURE, RESTART)
    return plan("toolkit", ASK, *every, costs=["download", "restart", "minutes"])


def update(distribution: str) -> Plan | None:
    """The newest package of the repository that is set up already."""
    if distribution in APT:
        steps = _apt_install()
    elif distribution in DNF:
        steps = [command("dnf", "upgrade", "-y", PACKAGE, root=True)]
    else:
        return None
    return plan("update", ASK, *steps, RESTART, costs=["download", "restart", "minutes"])


def register() -> Plan:
    return plan("register", ASK, CONFIGURE, RESTART, costs=["restart"])


def describe() -> Plan:
    """What the GPUs are, written anew for CDI; nothing has to be restarted for it."""
    return plan("describe", ASK, _DESCRIBE)


def mode() -> Plan:
    key = "nvidia-container-runtime.mode=auto"
    return plan("mode", ASK, command("nvidia-ctk", "config", "--set", key, "--in-place", root=True))


def rootless() -> Plan:
    """With settings in the folder of the account, which its shell has to name: only shown."""
    groups = ("nvidia-ctk", "config", "--set", "nvidia-container-cli.no-cgroups", "--in-place")
    again = command("systemctl", "--user", "restart", "docker")
    return plan("rootless", SHOW, command(*groups, root=True), again, costs=["restart"])


def devices() -> Plan:
    """Off is how SELinux comes; whoever had it on would not be refused."""
    allow = command(*_BOOLEAN, "on", root=True, back=(*_BOOLEAN, "off"))
    return plan("devices", ASK, allow)


def _apt_source() -> list[Step]:
    key = f"curl -fsSL {_FROM}/gpgkey | gpg --dearmor --batch --yes -o {_KEY}"
    signed = f"s#deb https://#deb [signed-by={_KEY}] https://#g"
    return [
        command("sh", "-c", key, root=True),
        _fetch(f"{_FROM}/stable/deb/{PACKAGE}.list", _LIST),
        command("sed", "-i", signed, _LIST, root=True),
    ]


def _apt_install() -> list[Step]:
    fetch = command("apt-get", "update", root=True)
    return [fetch, command("apt-get", "install", "-y", PACKAGE, root=True)]


def _fetch(address: str, path: str) -> Step:
    return command("curl", "-fsSL", address, "-o", path, root=True)
