"""Plans around driver and hardware. What needs a restart of the machine is only shown."""

from __future__ import annotations

from triton_doctor.api import ASK, SHOW, Plan, Step, command, plan
from triton_doctor.probes.system import System

_BLOCK = "blacklist nouveau"
_BLOCKED = "/etc/modprobe.d/blacklist-nouveau.conf"
_INITRD = "update-initramfs"  # of Debian and its kin; others build theirs by dracut
_APT = ("debian", "ubuntu", "linuxmint", "pop", "kali")


def reboot() -> Plan:
    return plan("reboot", SHOW, _reboot(), costs=["reboot"])


def silenced(case: str | None, here: System) -> Plan | None:
    """For a driver that does not answer; case: of gpu/no-driver, None where there is none."""
    if here.in_container:
        return None
    if case == "not-loaded":
        back = ("modprobe", "-r", "nvidia")
        return plan("load", ASK, command("modprobe", "nvidia", root=True, back=back))
    if case == "broken":
        return reboot()
    if case == "nouveau":
        return _without_nouveau(here)
    if case == "wsl":
        return wsl()
    return driver(here) if case is None else None


def driver(here: System) -> Plan | None:
    """The driver that the distribution recommends, or a current WSL; None where neither is."""
    if here.in_container:
        return None
    if here.kind == "wsl2":
        return wsl()
    if here.kind != "linux" or here.distribution != "ubuntu":
        return None
    install = command("ubuntu-drivers", "install", root=True)
    return plan("driver", SHOW, install, _reboot(), costs=["download", "reboot", "minutes"])


def wsl() -> Plan:
    """Everything in WSL ends with it, the doctor too."""
    steps = command("wsl.exe", "--update"), command("wsl.exe", "--shutdown")
    return plan("wsl", SHOW, *steps, costs=["download", "stops"])


def undivided(gpu: int) -> Plan:
    return plan("whole", SHOW, command("nvidia-smi", "-i", str(gpu), "-mig", "0", root=True))


def again(container: str | None) -> Plan | None:
    """A container gets its GPU anew when it is started."""
    if not container:
        return None
    step = command("docker", "restart", container)
    return plan("restart", ASK, step, costs=["restart", "minutes"], container=container)


def _without_nouveau(here: System) -> Plan:
    write = f"echo '{_BLOCK}' | sudo tee {_BLOCKED}"
    block = Step(write, command("sh", "-c", write).act)
    debian = here.distribution in _APT
    initrd = (_INITRD, "-u") if debian else ("dracut", "--force")
    again = command(*initrd, root=True)
    return plan("nouveau", SHOW, block, again, _reboot(), costs=["reboot"])


def _reboot() -> Step:
    return command("reboot", root=True)
