"""What leaves the machine: nothing secret, no name, and the same stand-in for the same thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.canaries import HOME, HOST, LEAVES_NOT, LOGIN, PLAIN, USER
from triton_doctor.redact.leftovers import leftovers
from triton_doctor.redact.literals import Known
from triton_doctor.redact.redactor import Redactor

KNOWN = Known((PLAIN, LOGIN), (HOST,), (USER,), (HOME,))


@pytest.mark.parametrize("kind", LEAVES_NOT)
def test_nothing_of_it_leaves_and_a_second_look_would_see_it(kind: str) -> None:
    text, parts = LEAVES_NOT[kind]
    redactor = Redactor(KNOWN)
    done = redactor.text(f"first line\nsee {text} there")
    assert [part for part in parts if part in done] == []
    assert done.startswith("first line\nsee ")
    assert done.endswith(" there")
    assert sum(redactor.taken.values()) >= 1
    assert leftovers("a.log", done, KNOWN) == []
    found = leftovers("a.log", f"first line\nsee {text} there", KNOWN)
    assert found
    assert all(one.line >= 2 for one in found)
    in_json = json.dumps({"a": f"first\n{text}\nlast"})
    assert leftovers("a.json", in_json, KNOWN), "also as JSON writes it"
    assert leftovers("a.json", json.dumps(redactor.text(in_json)), KNOWN) == []


def test_the_same_secret_is_followed_by_its_stand_in_however_it_is_written() -> None:
    text, _ = LEAVES_NOT["known, in an address"]
    redactor = Redactor(KNOWN)
    assert redactor.text(f"{PLAIN} {text} {LOGIN}") == "[token-1] [token-1] [token-2]"
    assert redactor.text(f"again {LOGIN}") == "again [token-2]"
    assert redactor.taken["token"] == 4
    assert redactor.distinct["token"] == 2


def test_a_secret_of_no_known_form_is_seen_by_the_scanners_rules() -> None:
    mailchimp = "0123456789abcdef0123456789abcdef-us12"
    assert Redactor(Known()).text(f"key {mailchimp}") == "key [key-1]"


def test_common_names_and_versions_stay() -> None:
    text = (
        "root@localhost nvidia-cublas==12.9.0.13 nvidia-curand==10.3.5.147 127.0.0.1:8000"
        " 0.0.0.0:8001 host.docker.internal threading.local /root/.cache sha256:0123456789abcdef"
    )
    known = Known(hosts=("localhost", "vm"), users=("root", "ubuntu"), homes=())
    assert Redactor(known).text(text) == text


def test_a_second_time_changes_nothing() -> None:
    redactor = Redactor(KNOWN)
    once = redactor.text("\n".join(text for text, _ in LEAVES_NOT.values()))
    assert Redactor(KNOWN).text(once) == once


def test_hardly_anything_is_taken_for_a_secret_in_logs_of_real_programs() -> None:
    """A false alarm of the second look would keep a report from being written at all."""
    folder = Path(__file__).parents[2] / "recordings" / "logs"
    every = [path.read_bytes().decode("utf-8", "replace") for path in folder.glob("*.log")]
    assert len(every) > 200
    redactor = Redactor(KNOWN)
    done = redactor.text("\n".join(every))
    assert leftovers("a.log", done, KNOWN) == []
    assert sum(redactor.taken.values()) <= 5, redactor.taken
