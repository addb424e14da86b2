"""`triton-doctor` and `python -m triton_doctor`."""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Nothing has been begun that would have to be cleared up."""
    os._exit(128 + number)


def main() -> NoReturn:
    """Listens to Ctrl-C from its first line on: loading is most of a short run."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    from triton_doctor.interrupts import (
        INTERRUPTED,
        STOPPED,
        TERMINATED,
        Terminated,
        install,
        taken,
        terminate,
    )

    install({signal.SIGINT: signal.default_int_handler, signal.SIGTERM: terminate})
    try:
        from triton_doctor import cli
    except KeyboardInterrupt:
        taken()
        sys.stderr.write(f"{STOPPED}\n")
        os._exit(INTERRUPTED)
    except Terminated:
        taken()
        os._exit(TERMINATED)
    cli.main()


if __name__ == "__main__":
    main()
