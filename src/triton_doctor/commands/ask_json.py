"""What became of a request as JSON, schema version 1. Keys are added over time, never changed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from triton_doctor import __version__
from triton_doctor.launching.asking import Answered
from triton_doctor.model import Finding
from triton_doctor.report.as_json import SCHEMA_VERSION, finding_document


def answer_as_json(
    answered: Answered, exit_code: int, url: str, model: str, findings: Sequence[Finding]
) -> str:
    """One JSON document; ASCII only. The answer stands in it as the model wrote it."""
    failure = answered.failure
    whole = {
        "schema_version": SCHEMA_VERSION,
        "doctor": {"version": __version__},
        "exit_code": exit_code,
        "url": url,
        "model": model,
        "answer": answered.text,
        "first_token_seconds": _rounded(answered.first_token_s),
        "seconds": _rounded(answered.seconds),
        "tokens": answered.tokens,
        "tokens_counted": answered.counted,
        "tokens_per_second": _rounded(answered.per_second),
        "unreadable_pieces": answered.junk,
        "failure": failure and failure.kind,
        "findings": [finding_document(one) for one in findings],
    }
    return json.dumps(whole, indent=2) + "\n"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
