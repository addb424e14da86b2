"""What the mount check says of a refusal to read: would the server be refused too?"""

from __future__ import annotations

from tests.triton_doctor_checks.mount.test_mount import ENGINE, HERE, INSIDE, PATH, mount
from triton_doctor.model import Outcome
from triton_doctor.probes.container_view import ContainerView
from triton_doctor.probes.outside_view import OutsideView
from triton_doctor.probes.probe_script import Seen
from triton_doctor.record import replace

CLOSED = replace(HERE, private=True, mode=0o700, uid=1000, gid=1000)
SHUT = Seen(error="probe: cd: line 17: can't cd to /models: Permission denied")


def test_another_user_of_the_image_may_not_read() -> None:
    finding = mount(ContainerView(CLOSED, server_user="1234", user="1234", seen=SHUT)).only()
    assert finding.problem == "mount/permission-denied"
    assert "user 1234" in finding.title
    assert finding.fix is not None
    assert finding.fix.steps[0].argv == ("chmod", "-R", "a+rX", PATH)


def test_root_reads_what_its_owner_may_not() -> None:
    view = ContainerView(replace(CLOSED, mode=0), user="1000:1000", seen=SHUT)
    assert mount(view).outcome is Outcome.COULD_NOT_TELL


def test_a_folder_that_we_may_not_read_ourselves_is_a_doubt() -> None:
    closed = OutsideView("x", PATH, trouble="denied")
    for seen in (SHUT, INSIDE):
        assert mount(ContainerView(closed, seen=seen)).outcome is Outcome.COULD_NOT_TELL
    finding = mount(ContainerView(closed, server_user="1000", seen=SHUT)).only()
    assert finding.problem == "mount/permission-denied"


def test_an_owner_who_is_refused_is_not_the_modes_doing() -> None:
    view = ContainerView(CLOSED, user="1000:1000", seen=SHUT)
    assert "mode would allow it" in mount(view).only().title


def test_selinux_is_named_where_it_enforces() -> None:
    view = ContainerView(replace(CLOSED, selinux=True), user="1000:1000", seen=SHUT)
    assert "SELinux" in mount(view).only().title


def test_a_rootless_engine_is_an_ordinary_user() -> None:
    finding = mount(ContainerView(CLOSED, seen=SHUT), replace(ENGINE, rootless=True)).only()
    assert finding.problem == "mount/permission-denied"
    assert "The engine's user" in finding.title


def test_a_file_that_may_not_be_read_though_its_folder_may() -> None:
    seen = replace(INSIDE, digest="", sample_error="head: x: Permission denied")
    finding = mount(ContainerView(CLOSED, server_user="1234", seen=seen)).only()
    assert finding.where == f"{PATH}/gemma/config.pbtxt"
