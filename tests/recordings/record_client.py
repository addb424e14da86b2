"""Writes what Docker's clients and engines print: `python -m tests.recordings.record_client`.

Needs root and Debian's packages: it starts engines of its own, of this machine and of Debian sid,
as the lab tests do. Each recording is `logs/docker-NAME.log`; how it was made is
tests/lab/client_faults.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.client_faults import CLIENT_FAULTS
from tests.lab.engine import Engine
from tests.lab.newer import newer_engine
from tests.lab.registry_stand_in import refusing_registry
from tests.lab.saying import said

LOGS = Path(__file__).parent / "logs"


def record(engine: Engine, suite: str, registry: str, wanted: list[str]) -> None:
    for fault in CLIENT_FAULTS:
        if fault.engine == suite and (not wanted or fault.name in wanted):
            text = said(fault, engine, registry)
            (LOGS / f"docker-{fault.name}.log").write_text(text, encoding="utf-8")


def main() -> None:
    wanted = sys.argv[1:]
    suites = {one.engine for one in CLIENT_FAULTS if not wanted or one.name in wanted}
    lab = Lab()
    try:
        lab.start()
        with refusing_registry() as registry:
            record(lab.engine, "", registry, wanted)
            for suite in sorted(suites - {""}):
                with newer_engine(lab.folder / suite, lab.roots, suite) as engine:
                    record(engine, suite, registry, wanted)
    finally:
        lab.stop()


if __name__ == "__main__":
    main()
