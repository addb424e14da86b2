"""A certificate that is not valid by the clock here: which of the two is wrong."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import trustme

from tests.stand_in_hub import StandInHub
from tests.triton_doctor_checks.network.test_network import OPEN, judged, serving
from triton_doctor.host import hub_clock
from triton_doctor_checks.network.clock import clock

pytestmark = pytest.mark.usefixtures("bare")
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.timezone.utc)
PAST = {"not_before": NOW - 9 * DAY, "not_after": NOW - DAY}
WRONG = (
    "The clock of this machine is wrong, so that the certificate of {host} counts as not valid: "
)
COMING = {"not_before": NOW + DAY, "not_after": NOW + 9 * DAY}


@pytest.mark.parametrize(
    ("dates", "off", "title"),
    [
        (PAST, 0.0, "The certificate of {host} has expired"),
        (COMING, 0.0, "The certificate of {host} is not valid yet"),
        (PAST, 9 * 86400.0, WRONG + "it is 9 days fast"),
        (COMING, -86400.0, WRONG + "it is 1 day slow"),
    ],
)
def test_by_the_server_s_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dates: dict[str, object], off: float,
    title: str,
) -> None:  # fmt: skip
    """off: s by which the clock here is taken to be fast."""
    folder, authority = serving(tmp_path / "repository", OPEN), trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "firm.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "firm.pem"))
    real = hub_clock.ahead
    monkeypatch.setattr(hub_clock, "ahead", lambda base, timeout: real(base, timeout) - off)
    with StandInHub(tls=authority, **dates) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        finding = judged(folder).findings[0]
        assert set(hub.tokens) == {""}
    assert finding.problem == "network/hub-unreachable"
    assert finding.title.startswith(title.format(host=hub.url[8:]))


def test_a_clock_that_is_wrong_the_other_way_explains_nothing() -> None:
    assert clock(86400.0, "expired") == ("certificate-over", "")
    assert clock(-86400.0, "not-yet") == ("certificate-early", "")
    assert clock(-7200.0, "expired") == ("clock-wrong", "it is 2 hours fast")
