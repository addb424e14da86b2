"""What time a server has whose certificate is not valid at the time of this machine.

Its word is not checked, so nothing is sent but the question, and nothing but the time is taken.
"""

from __future__ import annotations

import ssl
import time
from email.message import Message
from email.utils import parsedate_to_datetime
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from triton_doctor.host.hub import HubTrouble


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """An answer that leads elsewhere has the time in its head as well."""


def ahead(base: str, timeout: float) -> float:
    """Seconds by which its clock is ahead of the one here; below 0 where it is behind."""
    parts = urlsplit(base)
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], path="/", query="")
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    asked = build_opener(HTTPSHandler(context=unchecked), _Stay)
    try:
        with asked.open(Request(bare.geturl(), method="HEAD"), timeout=timeout) as answer:  # noqa: S310 - an address that TLS was just tried at
            heads: Message = answer.headers
    except HTTPError as error:
        heads = error.headers
    try:
        return parsedate_to_datetime(heads["Date"]).timestamp() - time.time()
    except (TypeError, ValueError, IndexError):
        raise HubTrouble("garbage", "the answer has no time") from None
