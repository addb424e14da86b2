"""A POST over HTTP whose answer is read as it comes. Standard library: http.client and a thread.

No proxy, no redirect, no retry. The thread reads, the caller waits: so the caller can say that
nothing has come for a while, and Ctrl-C ends the request at once, on every system.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from typing import Literal
from urllib.parse import urlsplit

from triton_doctor.record import Record

CONNECT = 5.0  # s
_PIECE = 1 << 16
_SHOWN = 100  # signs of what is no HTTP
_AHEAD = 64  # pieces read before they are asked for; then the server has to wait

Why = Literal[
    "refused", "lost", "unresolved", "unreachable", "silent", "certificate", "strange", "broken"
]


class Head(Record, frozen=True):
    """The beginning of an answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]


class Lost(Exception):
    """The exchange has ended before its end; text: the system's own sentence."""

    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.why, self.text = why, text


class Exchange:
    """One request under way."""

    def __init__(self, url: str, body: bytes) -> None:
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=CONNECT)
        self._path, self._body = parts.path, body
        self._came: queue.Queue[Head | bytes | Lost | None] = queue.Queue(_AHEAD)
        self._closed = False
        self._sock: socket.socket | None = None
        threading.Thread(target=self._read, name="request", daemon=True).start()

    def next(self, seconds: float) -> Head | bytes | None:
        """The head first, then blocks, then None. TimeoutError: nothing came; ask again. Lost."""
        try:
            came = self._came.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(came, Lost):
            raise came
        return came

    def close(self) -> None:
        """Hang up, which tells the server to stop."""
        self._closed = True
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)
        with suppress(queue.Empty):
            while True:
                self._came.get_nowait()

    def _put(self, item: Head | bytes | Lost | None) -> None:
        while not self._closed:
            with suppress(queue.Full):
                self._came.put(item, timeout=0.2)
                return

    def _read(self) -> None:
        began = False
        try:
            self._connect()
            if self._closed:
                return
            headers = {"Content-Type": "application/json", "Accept": "*/*"}
            self._connection.request("POST", self._path, self._body, headers)
            reply = self._connection.getresponse()
            began = True
            self._put(Head(reply.status, {name.lower(): text for name, text in reply.getheaders()}))
            while not self._closed and (piece := reply.read1(_PIECE)):
                self._put(piece)
            whole = not reply.length
            self._put(None if whole else Lost("broken", "the connection was closed"))
        except Lost as lost:
            self._put(lost)
        except IncompleteRead:
            self._put(Lost("broken", "the connection was closed"))
        except OSError as error:
            self._put(Lost("broken" if began else "lost", _sentence(error)))
        except (HTTPException, ValueError, AttributeError) as error:
            # AttributeError: close() has taken the socket away meanwhile.
            self._put(Lost("broken" if began else "strange", ascii(str(error))[:_SHOWN]))
        finally:
            self._connection.close()

    def _connect(self) -> None:
        """Connect in so many seconds; afterwards it is for the caller to say how long is long."""
        try:
            self._connection.connect()
        except ConnectionRefusedError as error:
            raise Lost("refused", _sentence(error)) from None
        except socket.gaierror as error:
            raise Lost("unresolved", _sentence(error)) from None
        except ssl.SSLError as error:
            raise Lost("certificate", getattr(error, "verify_message", "") or str(error)) from None
        except TimeoutError:
            raise Lost("silent", f"no connection within {CONNECT:g} s") from None
        except (ConnectionError, UnicodeError) as error:
            raise Lost("lost", str(error)) from None
        except OSError as error:
            raise Lost("unreachable", _sentence(error)) from None
        # Kept: http.client lets go of it where the server says that it will close the connection.
        self._sock = self._connection.sock
        self._sock.settimeout(None)


def _sentence(error: OSError) -> str:
    return error.strerror or str(error)
