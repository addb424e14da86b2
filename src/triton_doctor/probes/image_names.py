"""Image references taken apart, as Docker reads them."""

from __future__ import annotations

import re

from triton_doctor.record import Record

HUB = "docker.io"
# What Docker's API calls a processor, by what the kernel or uname calls it.
_PROCESSORS = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}
_RELEASE = re.compile(r"(\d\d\.\d\d)(?:-|$)")


class Reference(Record, frozen=True):
    """registry: `nvcr.io`; repository: `nvidia/tritonserver`; tag and digest may be empty."""

    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def is_triton(self) -> bool:
        """Whether it is named as NVIDIA names Triton's image."""
        return self.repository.rpartition("/")[2] == "tritonserver"

    @property
    def release(self) -> str:
        """The release that the tag begins with, as in `25.06`; empty where it has none."""
        match = _RELEASE.match(self.tag)
        return match[1] if match else ""

    @property
    def says_vllm(self) -> bool:
        return "vllm" in f"{self.repository}:{self.tag}".lower()


def parse(reference: str) -> Reference:
    """Take a reference apart; without a registry it is Docker Hub's."""
    name, _, digest = reference.partition("@")
    head, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    path = f"{head}{slash}{last}"
    first, slash, rest = path.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return Reference(first, rest, tag, digest)
    return Reference(HUB, path if slash else f"library/{path}", tag, digest)


def processor(name: str) -> str:
    """A processor architecture under the name that images use: x86_64 is amd64."""
    return _PROCESSORS.get(name.lower(), name.lower())
