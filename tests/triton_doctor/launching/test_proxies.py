"""Which addresses the environment sends to a proxy."""

from __future__ import annotations

import pytest

from triton_doctor.launching.proxies import catching, is_loopback

PROXY = "http://proxy:3128"


@pytest.mark.parametrize(
    ("host", "environ", "name"),
    [
        ("localhost", {}, ""),
        ("localhost", {"HTTP_PROXY": PROXY}, "HTTP_PROXY"),
        ("localhost", {"http_proxy": PROXY, "no_proxy": "localhost"}, ""),
        ("localhost", {"http_proxy": PROXY, "NO_PROXY": "127.0.0.1"}, "http_proxy"),
        ("127.0.0.1", {"all_proxy": PROXY, "NO_PROXY": "127.0.0.0/8"}, ""),
        ("localhost", {"http_proxy": PROXY, "NO_PROXY": " localhost , x"}, ""),
        ("localhost", {"http_proxy": PROXY, "NO_PROXY": "*"}, ""),
        ("localhost", {"http_proxy": PROXY, "NO_PROXY": "localhost:8000"}, ""),
        ("a.example.com", {"http_proxy": PROXY, "NO_PROXY": ".example.com"}, ""),
        ("badexample.com", {"http_proxy": PROXY, "NO_PROXY": "example.com"}, "http_proxy"),
        ("::1", {"http_proxy": PROXY, "NO_PROXY": "[::1]"}, ""),
        ("localhost", {"https_proxy": PROXY}, ""),
        ("localhost", {"http_proxy": "", "NO_PROXY": ""}, ""),
    ],
)
def test_catching(host: str, environ: dict[str, str], name: str) -> None:
    assert catching(host, environ) == name


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("x.localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("0.0.0.0", True),
        ("10.0.0.1", False),
        ("gpu-box", False),
        ("localhost.example.com", False),
    ],
)
def test_is_loopback(host: str, own: bool) -> None:
    assert is_loopback(host) is own
