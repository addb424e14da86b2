"""What tests of checks use: the same kit that strangers' plug-ins are tested with."""

from __future__ import annotations

from triton_doctor.testing import JudgeResult, judge

__all__ = ["JudgeResult", "judge"]
