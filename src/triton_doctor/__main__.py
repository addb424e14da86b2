"""`triton-doctor` and `python -m triton_doctor`."""

import os
import signal
import sys
from typing import NoReturn

from triton_doctor.interrupts import (
    INTERRUPTED,
    STOPPED,
    TERMINATED,
    Terminated,
    install,
    taken,
    terminate,
)


def main() -> NoReturn:
    """Listens to Ctrl-C before the command line is loaded, which is most of a short run."""
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
