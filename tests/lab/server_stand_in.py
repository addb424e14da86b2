"""A STAND-IN for a Triton server in states that a real one does not come to on demand.

It answers the health addresses and one request as a real server was seen to. argv: port, state,
and, if a restart is to mend it, a file that tells the second start from the first.
"""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORT = int(sys.argv[1])
MENDED = any(Path(name).exists() for name in sys.argv[3:])
STATE = "fine" if MENDED else sys.argv[2]
DEAD = {"error": "Stub process 'gemma_0_0' is not healthy."}


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if STATE == "silent":
            time.sleep(120)
        bad = (STATE == "unready" and self.path == "/v2/health/ready") or (
            STATE == "unloaded" and "/models/" in self.path
        )
        self.say(400 if bad else 200, {"error": "Model version not ready"} if bad else {})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if STATE == "slow":
            time.sleep(120)
        self.say(
            400 if STATE == "dead" else 200, DEAD if STATE == "dead" else {"text_output": "Hi"}
        )

    def say(self, code: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name for it
        """Say nothing: the tests read the container's log."""


if __name__ == "__main__":
    for name in sys.argv[3:]:
        Path(name).touch()
    ThreadingHTTPServer(("", PORT), Server).serve_forever()
