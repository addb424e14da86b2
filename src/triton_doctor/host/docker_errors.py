"""What went wrong on the way to the engine, out of nested exceptions of four libraries."""

from __future__ import annotations

import socket
import ssl

import requests
import urllib3.exceptions as urllib3
from docker.errors import APIError, DockerException

from triton_doctor.host.nested import nested
from triton_doctor.host.protocol import DockerTrouble, Trouble

# What a call of the SDK may raise. Those of urllib3 come bare where an answer is read as it comes.
REFUSALS = (
    APIError,
    DockerException,
    requests.exceptions.RequestException,
    urllib3.HTTPError,
    OSError,
)
# Looked at in this order: the innermost cause says more than its wrappers.
_KINDS: list[tuple[type[BaseException], Trouble]] = [
    (PermissionError, "denied"),
    (FileNotFoundError, "missing"),
    (ConnectionRefusedError, "refused"),
    (ssl.SSLError, "tls"),
    (requests.exceptions.SSLError, "tls"),
    (socket.gaierror, "unresolved"),
    (requests.exceptions.Timeout, "silent"),
    (urllib3.TimeoutError, "silent"),
    (TimeoutError, "silent"),
    (ConnectionError, "lost"),
    (requests.exceptions.ConnectionError, "lost"),
    (urllib3.ProtocolError, "lost"),
]
# docker-py raises DockerException with the cause in its text alone.
_TEXTS: list[tuple[str, Trouble]] = [
    ("PermissionError", "denied"),
    ("(5, 'CreateFile'", "denied"),  # a Windows pipe: 5 is no access, 2 is no such pipe
    ("(2, 'CreateFile'", "missing"),
    ("FileNotFoundError", "missing"),
    ("ConnectionRefusedError", "refused"),
    ("NameResolutionError", "unresolved"),
    ("getaddrinfo", "unresolved"),
    ("HTTP request to an HTTPS server", "tls"),
    ("certificate", "tls"),
    ("SSL", "tls"),
    ("timed out", "silent"),
    ("Connection aborted", "lost"),
    ("RemoteDisconnected", "lost"),
]
_SILENCE = "no answer in time"
_PREFIX = "Error while fetching server API version:"
_LONG = 300  # characters of a sentence that are worth reading


def trouble(error: BaseException) -> DockerTrouble:
    """The one DockerTrouble that an exception of the SDK stands for."""
    if isinstance(error, APIError):
        return DockerTrouble("api", (error.explanation or str(error)).strip(), error.status_code)
    chain = list(nested(error))
    for wanted, kind in _KINDS:
        for one in chain:
            if isinstance(one, wanted):
                return DockerTrouble(kind, _sentence(kind, one))
    words = str(error).removeprefix(_PREFIX).strip()
    kind = next((kind for text, kind in _TEXTS if text in words), "unusable")
    # A web server in the engine's place answers with a page.
    return DockerTrouble(kind, _SILENCE if kind == "silent" else words.partition("\n")[0][:_LONG])


def _sentence(kind: Trouble, error: BaseException) -> str:
    """The system's own words, without Python's around them."""
    if kind == "silent":
        return _SILENCE
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not accepted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error)
