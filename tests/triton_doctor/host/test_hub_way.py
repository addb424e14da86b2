"""The way to the Hub: certificates and proxies, through the real huggingface_hub."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import trustme

from tests.ports import refusing
from tests.stand_in_hub import Account, Repo, StandInHub
from tests.stand_in_server import StandIn, reply
from tests.triton_doctor.host.hubs import OPEN, SOON, TOKEN, there, trouble
from triton_doctor.host import hub_call, hub_errors

pytestmark = pytest.mark.usefixtures("bare")


DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.timezone.utc)


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({}, None),
        ({"not_before": NOW - 9 * DAY, "not_after": NOW - DAY}, "expired"),
        ({"not_before": NOW + DAY, "not_after": NOW + 9 * DAY}, "not-yet"),
        ({"name": "other.example"}, "certificate-name"),
    ],
)
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_certificates_of_a_firm(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: dict[str, object],
    kind: str | None, variable: str,
) -> None:  # fmt: skip
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "firm.pem"))
    with StandInHub({OPEN: Repo()}, {TOKEN: Account()}, tls=authority, **options) as hub:
        assert trouble(hub.url).kind in ("certificate", kind)
        monkeypatch.setenv(variable, str(tmp_path / "firm.pem"))
        if kind is None:
            there(hub.url).model(OPEN, SOON)
        else:
            assert trouble(hub.url).kind == kind


def test_a_bundle_is_read_once_for_all_questions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "firm.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "firm.pem"))
    library = hub_call._library()
    first, second = hub_call._session(library), hub_call._session(library)
    assert first[0] is second[0]


def test_the_time_of_a_server_whose_certificate_is_over() -> None:
    past = {"not_before": NOW - 9 * DAY, "not_after": NOW - DAY}
    with StandInHub(tls=trustme.CA(), **past) as hub:
        assert abs(there(hub.url.replace("//", "//ada:pw@")).clock(SOON)) < 60
        assert hub.tokens == [""]
    with StandIn([reply("200 OK", b"")]) as silent:  # tells no time
        assert trouble(silent.url, lambda hub: hub.clock(SOON)).kind == "garbage"


def test_a_certificate_that_nobody_knows() -> None:
    with StandInHub(tls=trustme.CA()) as hub:
        seen = trouble(hub.url)
        assert seen.kind == "certificate"
        assert "certificate" in seen.text
        assert hub.tokens == []


def test_no_encryption_where_it_is_wanted(hub: StandInHub) -> None:
    assert trouble(hub.url.replace("http:", "https:")).kind == "tls"


def test_a_file_of_certificates_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/firm.pem")
    with StandInHub(tls=trustme.CA()) as hub:
        seen = trouble(hub.url)
    assert seen.kind == "unusable"


# ---- proxies -------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_asks_for_a_password(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    asks = reply("407 Proxy Authentication Required", b"", "Proxy-Authenticate: Basic")
    with StandIn([asks]) as proxy:
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", proxy.url)
        seen = trouble(f"{scheme}://hub.example")
    assert (seen.kind, seen.status) == ("proxy-password", 407)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    with refusing() as port:
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"http://ada:pRoXyPaSs@127.0.0.1:{port}")
        seen = trouble(f"{scheme}://hub.example")
    assert seen.kind == "proxy"
    assert "pRoXyPaSs" not in seen.text


def test_a_proxy_that_lets_nobody_through(monkeypatch: pytest.MonkeyPatch) -> None:
    with StandIn([reply("403 Forbidden", b"<html>Blocked</html>")]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert trouble("https://hub.example").kind == "proxy"


class ProxyError(Exception):
    """By its name, as those of the libraries."""


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("407 Proxy Authentication Required", "proxy-password"),
        (
            "OSError('Tunnel connection failed: 407 Proxy Authentication Required')",
            "proxy-password",
        ),
        ("<urllib3.connection.HTTPSConnection object at 0x7f6b4079d3d0>: refused", "proxy"),
        ("HTTPConnectionPool(host='127.0.0.1', port=40712): Max retries exceeded", "proxy"),
    ],
)
def test_a_number_is_no_answer_of_the_proxy(words: str, kind: str) -> None:
    assert hub_errors.trouble(ProxyError(words), True).kind == kind


def test_what_goes_past_the_proxy(hub: StandInHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    there(hub.url).model(OPEN, SOON)
