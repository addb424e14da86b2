"""What went wrong on the way to the Hub, out of nested exceptions of requests, httpx and httpx2.

huggingface_hub 0.x speaks through requests, 1.x and 2.x through two generations of httpx. Their
exceptions are known by the name of their class, so that none of the libraries has to be there.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from triton_doctor.host.hub import HubKind, HubTrouble
from triton_doctor.host.nested import nested

_LONG = 300  # signs of a sentence that are worth reading
_CERTIFICATES: dict[int, HubKind] = {  # by OpenSSL's X509_V_ERR_...
    9: "not-yet",
    10: "expired",
    62: "certificate-name",
    64: "certificate-name",  # an address in place of a name
}
# Looked at in this order, each through the whole chain: the innermost cause says more.
_TYPES: list[tuple[type[BaseException], HubKind]] = [
    (socket.gaierror, "unresolved"),
    (ssl.SSLError, "tls"),
    (ConnectionRefusedError, "refused"),
    (TimeoutError, "silent"),
    (ConnectionError, "cut"),
]
_NAMES: dict[str, HubKind] = {
    "TooManyRedirects": "redirects",
    "NameResolutionError": "unresolved",
    "SSLError": "tls",
    "ConnectTimeout": "silent",
    "ConnectTimeoutError": "silent",
    "ReadTimeout": "silent",
    "ReadTimeoutError": "silent",
    "IncompleteRead": "cut",
    "RemoteDisconnected": "cut",
    "BadStatusLine": "garbage",
    "LineTooLong": "garbage",
    "DecodingError": "garbage",
    "ContentDecodingError": "garbage",
    "JSONDecodeError": "garbage",
    "InvalidHeader": "unusable",
    "InvalidURL": "unusable",
    "LocationParseError": "unusable",
    "MissingSchema": "unusable",
    "InvalidSchema": "unusable",
    "UnsupportedProtocol": "unusable",
    "LocalProtocolError": "unusable",
    "UnicodeEncodeError": "unusable",
    "ImportError": "unusable",
    "FileNotFoundError": "unusable",
}
_ON_THE_WAY: tuple[HubKind, ...] = ("unresolved", "refused", "unreachable", "silent", "proxy")
_SILENCE = "no answer in time"
# As http.client and httpcore begin it. The texts around it have ports and addresses of objects.
_WANTS_NAME = re.compile(r"(?:^|connection failed: )407\b")


def trouble(error: BaseException, proxied: bool) -> HubTrouble:
    """The one HubTrouble that an exception of the way there stands for.

    proxied: a proxy stands between, so that who cannot be reached is the proxy.
    """
    chain = list(nested(error))
    for one in chain:
        if type(one).__name__ == "OfflineModeIsEnabled":  # a ConnectionError too
            return HubTrouble("offline", sentence("offline", one))
    kind, cause = _kind(chain, error)
    names = {type(one).__name__ for one in chain}
    late = names & {"ReadTimeout", "ReadTimeoutError"}
    if proxied and "ProxyError" in names and any(_WANTS_NAME.search(str(one)) for one in chain):
        return HubTrouble("proxy-password", sentence(kind, cause), 407)
    if proxied and ("ProxyError" in names or (kind in _ON_THE_WAY and not late)):
        return HubTrouble("proxy", sentence(kind, cause))
    return HubTrouble(kind, sentence(kind, cause))


def answered(status: int, headers: Mapping[str, str], text: str) -> HubTrouble:
    """An error that was answered; text: what the library made of the body."""
    named = {name.lower(): value for name, value in headers.items()}
    if status == 407:
        return HubTrouble("proxy-password", _short(text), status)
    said = text or named.get("x-error-message", "")
    code = named.get("x-error-code", "")
    return HubTrouble("answer", _short(said), status, _short(code), _wait(named))


def sentence(kind: HubKind, error: BaseException) -> str:
    """The system's own words, without the libraries' around them."""
    if kind == "silent":
        return _SILENCE
    if isinstance(error, ssl.SSLCertVerificationError):
        return _short(error.verify_message)
    if isinstance(error, OSError) and error.strerror:
        return _short(error.strerror)
    return _short(str(error)) or type(error).__name__


def _kind(chain: list[BaseException], error: BaseException) -> tuple[HubKind, BaseException]:
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            return _CERTIFICATES.get(one.verify_code, "certificate"), one
    for wanted, kind in _TYPES:
        for one in chain:
            if isinstance(one, wanted):
                return kind, one
    for one in chain:
        kinds = [_NAMES[base.__name__] for base in type(one).__mro__ if base.__name__ in _NAMES]
        if kinds:
            return kinds[0], one
    words = str(error)
    if "CA certificate bundle" in words:
        return "unusable", error
    if type(error).__name__ in ("RemoteProtocolError", "ChunkedEncodingError"):
        cut = "disconnected" in words or "closed" in words or "incomplete" in words
        return ("cut" if cut else "garbage"), error
    unreachable = any(isinstance(one, OSError) and one.errno for one in chain)
    return ("unreachable" if unreachable else "unusable"), _innermost(chain)


def _innermost(chain: list[BaseException]) -> BaseException:
    return next((one for one in chain if isinstance(one, OSError) and one.errno), chain[0])


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONG]


def _wait(headers: Mapping[str, str]) -> float | None:
    """Seconds until the next try: Retry-After as a number or a date, else t of RateLimit.

    https://huggingface.co/docs/hub/rate-limits
    """
    told = headers.get("retry-after", "").strip()
    if told.isdigit():
        return float(told)
    if told and "date" in headers:
        try:
            span = parsedate_to_datetime(told) - parsedate_to_datetime(headers["date"])
            return max(0.0, span.total_seconds())
        except (ValueError, TypeError):
            return None
    left = re.search(r";\s*t\s*=\s*(\d+)", headers.get("ratelimit", ""))
    return float(left[1]) if left else None
