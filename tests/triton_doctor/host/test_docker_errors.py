"""Exceptions of four libraries put into one kind each; real ones are met in tests/lab."""

from __future__ import annotations

import ssl

import pytest
import requests
from docker.errors import APIError, DockerException

from triton_doctor.host.docker_errors import trouble

_FETCHING = "Error while fetching server API version: "


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("(2, 'CreateFile', 'The system cannot find the file specified.')", "missing"),
        ("(5, 'CreateFile', 'Access is denied.')", "denied"),
        ("('Connection aborted.', ConnectionRefusedError(111, 'Connection refused'))", "refused"),
        ("('Connection aborted.', PermissionError(13, 'Permission denied'))", "denied"),
        ("UnixHTTPConnectionPool: Read timed out. (read timeout=3)", "silent"),
        ("400 ... Client sent an HTTP request to an HTTPS server.", "tls"),
        ("Failed to resolve 'box' (NameResolutionError)", "unresolved"),
        ("Invalid bind protocol: foo", "unusable"),
    ],
)
def test_the_sdk_keeps_the_cause_in_its_text_alone(text: str, kind: str) -> None:
    assert trouble(DockerException(_FETCHING + text)).kind == kind


def test_the_innermost_cause_counts() -> None:
    inner = ConnectionRefusedError(111, "Connection refused")
    outer = requests.exceptions.ConnectionError(("Connection aborted.", inner))
    seen = trouble(outer)
    assert (seen.kind, seen.text) == ("refused", "connection refused")


def test_a_certificate_that_is_not_accepted() -> None:
    inner = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] ...")
    inner.verify_message = "self-signed certificate"
    seen = trouble(requests.exceptions.SSLError(inner))
    assert (seen.kind, seen.text) == ("tls", "certificate not accepted: self-signed certificate")


def test_the_engines_own_words_are_kept_with_their_status() -> None:
    response = requests.Response()
    response.status_code = 404
    seen = trouble(APIError("404", response, "No such image: x\n"))
    assert (seen.kind, seen.text, seen.status) == ("api", "No such image: x", 404)


def test_a_page_of_a_web_server_is_cut_to_its_first_line() -> None:
    seen = trouble(DockerException(_FETCHING + "404 for http://x/version\n<html>" + "x" * 999))
    assert seen.text == "404 for http://x/version"
