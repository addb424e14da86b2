"""Docker engines newer than the machine's: each from another Debian suite, in a root of its own."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.lab import images
from tests.lab.engine import Engine
from tests.lab.roots import Roots

SUITES = ("trixie", "testing")
# Compose is for `compose.py`: one root serves both. The rest is what is run in there beside Docker.
PACKAGES = (
    *("docker.io", "docker-compose", "iptables"),
    *("base-files", "dash", "coreutils", "mount"),
)

# The root of the mount namespace itself is changed, which a mere chroot does not do: `docker exec`
# enters that root, and would find the machine's files there. Folders for temporary files are the
# machine's, so that paths mean the same inside and outside.
_ENTER = """\
mount --bind {root} {root}
for one in proc sys dev; do mount --rbind /$one {root}/$one; done
mount -t tmpfs none {root}/run
mkdir -p {root}{temporary} {root}/etc/cdi {root}/run/old
mount --rbind {temporary} {root}{temporary}
cp -r {cdi}/. {root}/etc/cdi/
cd {root}
pivot_root . run/old
cd /
umount --lazy /run/old
containerd --root {folder}/containerd --state {folder}/state \\
    --address {folder}/containerd.sock >>{folder}/containerd.log 2>&1 &
until test -S {folder}/containerd.sock; do sleep 0.1; done
"""


def _set_up(root: Path, files: Path) -> None:
    """Unpack, and do what the packages' own scripts would have, as far as Docker looks at it."""
    subprocess.run(["tar", "-xf", files, "-C", root], check=True)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\n")
    for name in ("iptables", "ip6tables"):
        (root / "usr/sbin" / name).symlink_to(f"{name}-nft")


@contextmanager
def newer_engine(
    folder: Path,
    roots: Roots,
    suite: str,
    *,
    settings: Mapping[str, object] | None = None,
    cdi: Mapping[str, str] | None = None,
) -> Iterator[Engine]:
    """The engine of a Debian suite with files of `cdi` (name to text) under /etc/cdi.

    It has a bridge and no packet rules, which belong to the lab's first engine. About a minute,
    most of it spent on fetching packages.
    """
    root = folder / "root"
    root.mkdir(parents=True)
    _set_up(root, roots.files(suite, PACKAGES))
    specs = folder / "cdi"
    specs.mkdir()
    for name, text in (cdi or {}).items():
        (specs / name).write_text(text)
    bridge = f"td-{suite}"
    before = _ENTER.format(root=root, folder=folder, cdi=specs, temporary=tempfile.gettempdir())
    engine = Engine(
        folder,
        before=before,
        options=[
            *("--iptables=false", "--ip6tables=false", "--ip-forward=false", f"--bridge={bridge}"),
            f"--containerd={folder}/containerd.sock",
        ],
        settings=settings,
    )
    subprocess.run(["ip", "link", "add", bridge, "type", "bridge"], check=True)
    subprocess.run(["ip", "address", "add", "10.123.45.1/24", "dev", bridge], check=True)
    try:
        engine.start()
        images.import_image(engine, images.UBUNTU)
        yield engine
    finally:
        engine.stop()
        subprocess.run(["ip", "link", "delete", bridge], check=True)
