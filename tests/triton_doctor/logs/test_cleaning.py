"""What programs put around a message comes off, whatever its generation."""

from __future__ import annotations

import pytest

from triton_doctor.logs.cleaning import LONGEST, cleaned, decode

MESSAGE = "ValueError: Unknown dtype: float15"


@pytest.mark.parametrize(
    ("line", "level"),
    [
        (MESSAGE, ""),
        (f"ERROR 06-14 12:00:01 [core.py:586] {MESSAGE}", "E"),
        (f"INFO 01-01 00:00:00 llm_engine.py:70] {MESSAGE}", "I"),
        (f"(EngineCore_0 pid=12) ERROR 06-14 12:00:01 [core.py:586] {MESSAGE}", "E"),
        (f"(EngineCore_DP0 pid=12) ERROR 10-14 12:00:01 [v1/engine/core.py:586] {MESSAGE}", "E"),
        (f"(VllmWorker rank=0 pid=34) WARNING 06-14 12:00:01 [w.py:6] {MESSAGE}", "W"),
        (f"\x1b[1;36m(APIServer pid=1)\x1b[0;0m ERROR 09-29 06:29:33 [a.py:44] {MESSAGE}", "E"),
        (f"[1;36m(APIServer pid=1)[0;0m ERROR 09-29 06:29:33 [a.py:44] {MESSAGE}", "E"),
        (f"\x1b[36m(RayWorkerWrapper pid=261, ip=172.20.96.190)\x1b[0m {MESSAGE}", ""),
        (f"E0614 12:00:00.123456 1 file.cc:12] {MESSAGE}", "E"),
        (f'E0614 12:00:00.123456 1 file.cc:12] "{MESSAGE}"', "E"),
        (f"2026-06-14T12:00:00Z E 1 file.cc:12] {MESSAGE}", "E"),
        (f"triton-1  | W0614 12:00:00.123456 1 file.cc:12] {MESSAGE}", "W"),
        (f"2026-06-14T12:00:00.123456789Z {MESSAGE}", ""),
        (f"2026-06-14T12:00:00.123456789Z stderr F ERROR 06-14 12:00:01 [c.py:5] {MESSAGE}", "E"),
        (f"[pod/triton-0/server] {MESSAGE}", ""),
        (f"Nov 22 08:26:16 node dockerd[812]: {MESSAGE}", ""),
        (f"2026-06-14T12:00:00+0200 node dockerd[812]: {MESSAGE}", ""),
        (f"    E0614 12:00:00.123456 1 file.cc:12] {MESSAGE}", "E"),
        (f"  ERROR 06-14 12:00:01 [core.py:586] {MESSAGE}", "E"),
        (f"     7\t{MESSAGE}", ""),
        (f"[rank0]: {MESSAGE}", ""),
        (f"[libprotobuf ERROR /tmp/x/text_format.cc:337] {MESSAGE}", "E"),
        (f"2026-06-14 12:00:01,123 - vllm.engine - ERROR - {MESSAGE}", "E"),
        (f"ERROR:    {MESSAGE}", "E"),
        (f"ERROR:vllm.engine:{MESSAGE}", "E"),
        (f'{{"log":"{MESSAGE}\\n","stream":"stderr","time":"2026-06-14T12:00:00Z"}}', ""),
        (f'{{"level":"error","ts":1.5,"msg":"{MESSAGE}"}}', "E"),
        (f'time="2026-06-14T12:00:00Z" level=error msg="{MESSAGE}"', "E"),
        (f"{MESSAGE}\x07\x00", ""),
    ],
)
def test_the_message_is_what_is_left(line: str, level: str) -> None:
    told = cleaned(line)
    assert (told.text, told.level) == (MESSAGE, level)


def test_quotes_of_triton_are_undone() -> None:
    line = r'E0614 12:00:00.1 1 a.cc:1] "cannot open \"x\"\n\nAt:\n  a.py(3): f"'
    assert cleaned(line).text == 'cannot open "x"\n\nAt:\n  a.py(3): f'


def test_a_reply_of_a_server_stays_whole() -> None:
    reply = '{"error":"Request for unknown model","message":"x"}'
    assert cleaned(reply).text == reply


def test_table_rows_are_no_prefix() -> None:
    assert cleaned("| gemma | 1 | READY |").text == "| gemma | 1 | READY |"


def test_long_lines_keep_both_ends() -> None:
    text = decode(b"begin" + b"x" * 10_000_000 + b"end")
    assert text.startswith("begin")
    assert text.endswith("end")
    assert len(text) < 5 * LONGEST
