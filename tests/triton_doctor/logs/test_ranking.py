"""Which of several sightings counts."""

from __future__ import annotations

from tests.triton_doctor.logs.made import causes, read
from triton_doctor.commands.log_reading import read_text

READY = 'I1122 06:54:33.5 1 http_server.cc:4713] "Started HTTPService at 0.0.0.0:8000"\n'


def test_a_signal_counts_wherever_standard_output_was_written_down() -> None:
    for text in (READY + "Signal (15) received.\n", "Signal (15) received.\n" + READY):
        told = read_text(text)
        assert [one.problem for one in told.told] == ["launch/exits-after-ready"]


def test_what_is_said_around_every_failure_stands_behind_what_says_more() -> None:
    log = """\
(APIServer pid=1) RuntimeError: Engine core initialization failed. See root cause above.
(EngineCore_0 pid=12) RuntimeError: CUDA error: no kernel image is available for execution
"""
    assert causes(read(log)) == [("gpu/too-old", 2)]


def test_a_newer_vllm_begins_with_its_logo_and_what_failed_before_is_over() -> None:
    logo = "(APIServer pid=1) INFO 04-03 17:24:25 [u:9]  ▄▄ ▄█ █     █     █ ▀▄▀ █  version 0.19\n"
    failed = "ValueError: Unknown dtype: float15\nRuntimeError: Engine core initialization failed\n"
    ready = "(APIServer pid=1) INFO:     Application startup complete.\n"
    assert causes(read(logo + failed)) == [("engine/invalid-argument", 2)]
    assert causes(read(logo + failed + logo + ready)) == []
