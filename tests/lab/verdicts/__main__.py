"""Runs every case on real servers, records what both said, and writes the page."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.verdicts import page, run


def main() -> None:
    lab = Lab()
    try:
        lab.start()
        with tempfile.TemporaryDirectory() as folder:
            rows = run.compared(lab, Path(folder))
    finally:
        lab.stop()
    run.save(rows)
    page.PAGE.write_text(page.text(page.PAGE.read_text("utf-8"), rows), "utf-8")


if __name__ == "__main__":
    main()
