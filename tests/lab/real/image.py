"""An image with the real tritonserver, the real vLLM backend and the real vLLM, on the CPU."""

from __future__ import annotations

from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.real.environment import site_packages

_TAG = "lab-real-vllm:0.9.0.1"
# vLLM's extension wants a newer libstdc++ than Debian 12 has; it comes from where the image did.
_INSTALL = """\
set -e
sed -n 's/bookworm/trixie/p' /etc/apt/sources.list >/etc/apt/sources.list.d/trixie.list
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends -t trixie \
    libstdc++6 libc6
cp -r /site/. /usr/local/lib/python3.11/dist-packages/
rm -rf /opt/tritonserver/backends/vllm
cp -r /backend /opt/tritonserver/backends/vllm
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
"""
_SET = {
    "HF_HUB_OFFLINE": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_HOST_IP": "127.0.0.1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def build(lab: Lab, folder: Path, backend: Path) -> str:
    """Builds it on the lab's server image and tags it as the deployment's; gives the tag.

    folder: what environment.py has made; backend: `src` of the vLLM backend's repository.
    """
    base = lab.triton_image
    mounts = [
        part
        for source, target in (
            (site_packages(folder), "/site"),
            (backend, "/backend"),
        )
        for part in ("--mount", f"type=bind,source={source},target={target},readonly")
    ]
    lab.docker("run", "--name", "lab-real", *mounts, base, "sh", "-c", _INSTALL, timeout=1200)
    changes = [part for key, value in _SET.items() for part in ("--change", f"ENV {key}={value}")]
    lab.docker("commit", *changes, "lab-real", _TAG, timeout=600)
    lab.docker("rm", "lab-real")
    lab.docker("tag", _TAG, lab.vllm_image)
    return lab.vllm_image
