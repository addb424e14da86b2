"""Which version folders the version policy picks. Pure.

Source: VersionsToLoad of src/model_repository_manager/model_repository_manager.cc in
triton-inference-server/core; tried on 2.51.0: an empty policy serves all, `latest {}` none, and a
version named that is not there is left out with a line in the log.
"""

from __future__ import annotations

from triton_doctor_checks.repository.config_rules.complaint import (
    Complaint,
    Complaints,
    block,
    number,
    numbers,
)
from triton_doctor_checks.repository.text_format import Message


def served_versions(config: Message, versions: tuple[int, ...]) -> tuple[int, ...]:
    """Those of the versions, newest first, that will be loaded; without a policy the newest one."""
    policy = block(config, "version_policy")
    if policy is None:
        return versions[:1]
    latest, specific = block(policy, "latest"), block(policy, "specific")
    if latest is not None:
        return versions[: int(number(latest, "num_versions"))]
    if specific is not None:
        wanted = {value for _, value in numbers(specific, "versions")}
        return tuple(one for one in versions if one in wanted)
    return versions


def version_policy(config: Message, model: str, versions: tuple[int, ...]) -> Complaints:
    """A policy that leaves no version of those that are there."""
    if versions and not served_versions(config, versions):
        error = (
            f"at least one version must be available under the version policy of model '{model}'"
        )
        yield Complaint(error, config.get("version_policy"), "version-policy")
