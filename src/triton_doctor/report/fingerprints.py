"""What tells one finding from another over the runs, for formats that follow them. Pure."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from triton_doctor.model import Finding
from triton_doctor.report.spots import Spot, spot_of
from triton_doctor.report.telling import Telling


def fingerprint(telling: Telling, finding: Finding, seen: Counter[str]) -> str:
    """The same finding on another line is the same: neither line nor column is part of it."""
    spot = spot_of(finding, telling.report.deployment) or Spot(finding.where or "")
    path = telling.roots.within(spot.path) or spot.path
    whole = hashed(finding.problem, path, finding.title)
    seen[whole] += 1
    return f"{whole}:{seen[whole]}"


def hashed(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
