"""From a log to its root cause, in logs made up after real ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triton_doctor.logs.made import causes, read
from triton_doctor.logs.patterns import Patterns, Seen

V1 = """\
INFO 06-14 12:00:00 [api_server.py:1] vLLM API server version 0.9.0
(EngineCore_0 pid=12) ERROR 06-14 12:00:01 [core.py:586] Traceback (most recent call last):
(EngineCore_0 pid=12) ERROR 06-14 12:00:01 [core.py:586]   File "a.py", line 1, in f
(EngineCore_0 pid=12) ERROR 06-14 12:00:01 [core.py:586] ValueError: Unknown dtype: float15
(EngineCore_0 pid=12) ValueError: Unknown dtype: float15
RuntimeError: Engine core initialization failed. See root cause above.
"""
TRITON = r"""
I0614 12:00:00.1 1 pinned_memory_manager.cc:273] "Pinned memory pool is created at '0x7f'"
I0614 12:00:01.1 1 s:3] "Failed to initialize Python stub: ValueError: Unknown dtype: float15\nAt"
E0614 12:00:02.1 1 m.cc:6] "failed to load 'gemma' version 1: ValueError: Unknown dtype: float15"
+-------+---------+------------------------------------------------------------+
| Model | Version | Status                                                     |
+-------+---------+------------------------------------------------------------+
| gemma | 1       | UNAVAILABLE: Internal: ValueError: Unknown dtype: float15  |
|       |         |                                                            |
|       |         | At:                                                        |
|       |         |   a.py(3): f                                               |
+-------+---------+------------------------------------------------------------+
error: creating server: Internal - failed to load all models
"""
READY = 'I0614 12:00:09.1 1 http_server.cc:4713] "Started HTTPService at 0.0.0.0:8000"\n'
START = "I0614 12:00:00.1 1 a.cc:2] Pinned memory pool is created at '0x7f'\n"


def test_the_cause_before_what_follows_from_it() -> None:
    told = read(V1)
    assert causes(told) == [("engine/invalid-argument", 4)]
    (cause, symptom) = told.told
    assert cause.echoes == (5,)
    assert cause.values == {"error": "float15"}
    assert (symptom.problem, symptom.role) == ("engine/start-failed", "consequence")


def test_one_failure_told_by_stub_backend_and_table_is_one_finding() -> None:
    (cause,) = read(TRITON).told
    assert (cause.problem, cause.line, cause.echoes) == ("engine/invalid-argument", 3, (4, 8))
    assert cause.model == "gemma"


def test_a_failure_that_only_the_table_tells() -> None:
    table = TRITON[TRITON.index("+--") :]
    assert causes(read(table)) == [("engine/invalid-argument", 4)]


def test_two_models_that_failed_are_two_causes() -> None:
    log = """
E0614 12:00:02.1 1 m.c:6] "failed to load 'a' version 1: CUDA out of memory. Tried to allocate 2 MB"
E0614 12:00:02.1 1 m.cc:6] "failed to load 'b' version 1: ValueError: Unknown dtype: float15"
error: creating server: Internal - failed to load all models
"""
    assert causes(read(log)) == [("gpu/out-of-memory", 2), ("engine/invalid-argument", 3)]
    twice = log.replace(
        "ValueError: Unknown dtype: float15", "CUDA out of memory. Tried to allocate 1.00 GiB"
    )
    assert [one.model for one in read(twice).told] == ["a", "b"]


def test_only_a_symptom_is_told_as_such() -> None:
    told = read(V1.replace("Unknown dtype", "Something else about dtype"))
    assert causes(told) == [("engine/start-failed", 6)]


def test_the_last_start_counts() -> None:
    older = V1.replace("Unknown dtype: float15", "CUDA out of memory. Tried to allocate 2.00 GiB")
    assert causes(read(older + V1)) == [("engine/invalid-argument", 10)]


def test_a_start_that_has_only_begun_does_not_hide_the_failure_before_it() -> None:
    assert causes(read(V1 + V1.splitlines(keepends=True)[0])) == [("engine/invalid-argument", 4)]


def test_a_server_that_came_up_is_sound_whatever_it_said_before() -> None:
    told = read(START + "W0614 12:00:01.1 1 a.cc:3] No platform detected\n" + READY)
    assert (told.told, told.untold, told.ready) == ((), None, True)


def test_a_crash_after_it_was_ready_counts() -> None:
    told = read(
        START
        + READY
        + "ERROR 06-14 12:01:01 [core.py:5] CUDA out of memory. Tried to allocate 2 GiB\n"
    )
    assert causes(told) == [("gpu/out-of-memory", 3)]


def test_a_refused_request_in_the_access_log_is_no_failure() -> None:
    request = "POST /x?Unexpected keyword argument 'a' HTTP/1.1"
    access = f'INFO: 10.0.0.2:1 - "{request}" 404 Not Found\n'
    assert read(START + READY + access).told == ()


def test_a_remark_in_passing_yields_to_an_error() -> None:
    log = "WARNING 06-14 12:00:00 [a.py:1] No platform detected\n" + V1
    assert causes(read(log)) == [("engine/invalid-argument", 5)]
    remark = log.splitlines(keepends=True)[0]
    assert causes(read(remark)) == [("gpu/not-visible", 1)]
    # In a long log in which nothing failed it is no more than a remark.
    assert causes(read(remark + "INFO 06-14 12:00:00 [a.py:1] loading\n" * 50)) == []


def test_a_harmless_line_is_no_cause() -> None:
    told_by = "DCGM unable to start: CUDA out of memory. Tried to allocate 1 GiB"
    line = f'W0614 12:00:00.1 1 m.cc:1] "{told_by}"\n'
    told = read(START + line + READY)
    assert (told.told, told.untold) == ((), None)


def test_an_unknown_failure_is_said_to_be_unknown() -> None:
    told = read(V1.replace("Unknown dtype", "Odd dtype").replace("Engine core", "Engine"))
    assert told.told == ()
    assert told.untold is not None
    assert "ValueError: Odd dtype: float15" in [one.text[-30:] for one in told.untold.lines]
    assert told.untold.stub.startswith("[[SLUG]]\nregex = '''ValueError: Odd dtype: float")


def test_a_message_broken_by_a_mail_is_joined() -> None:
    log = (
        "E0319 20:48:18.714876 193 m.cc:1] Poll failed for\n"
        "model directory 'r': Could not determine\nbackend for model 'r' with no\n"
    )
    assert causes(read(log)) == [("repository/bad-layout", 2)]


def test_a_progress_bar_is_drawn_over_itself() -> None:
    log = "Loading: 0%\rLoading: 50%\rValueError: Unknown dtype: float15\nmore\n"
    assert causes(read(log)) == [("engine/invalid-argument", 1)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n\n",
        b"\x00" * 1000,
        b"\xff\xfe\xfd error \xff",
        b"\x1b]0;title\x07\x1b[31mred\x1b[0m",
        b"x" * 3_000_000,
        b"|" * 100_000,
        b"{" * 100_000,
        b'E0614 12:00:00.1 1 a.cc:1] "' + b"\\" * 100_000,
        b"error: " * 20_000,
    ],
)
def test_hostile_logs_are_read_to_their_end(data: bytes) -> None:
    assert read(data).told == ()


@given(st.integers(1, 400))
def test_the_cut_into_blocks_does_not_matter(size: int) -> None:
    assert read(TRITON, size) == read(TRITON)


def test_a_message_of_a_start_that_is_no_longer_kept() -> None:
    """Of very many starts only the last are kept; what the first ones said is read all the same."""
    sound = Path(__file__).parents[2].joinpath("recordings/logs/sound.log").read_bytes()
    odd = b"RuntimeError: very odd thing that is\nbroken over\nlines\n"
    assert read(odd + sound * 5 + b"RuntimeError: odd\n").untold is not None


OLDER = """\
I0101 12:00:00.1 12 pb_stub.cc:325] Failed to initialize Python stub: ValueError: no luck

At:
  {place}(21): load
  /opt/tritonserver/backends/vllm/model.py(97): initialize

I0101 12:00:01.1 1 model_lifecycle.cc:756] failed to load 'echo'
"""


def test_the_places_below_a_stub_s_message_tell_whose_code_failed() -> None:
    own = OLDER.format(place="/models/echo/1/model.py")
    assert causes(read(own)) == [("repository/code", 1)]
    assert causes(read(OLDER.format(place="/usr/lib/python3/dist-packages/vllm/x.py"))) == []


REFUSED = "E0614 12:01:00.{0:06d} 1 m.cc:4] CUDA out of memory. Tried to allocate {0}.00 MiB\n"


def test_a_flood_of_failures_is_not_looked_at_line_by_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that has failed for days: more than is kept of one life need not be read."""
    looked, look = list[str](), Patterns.look

    def noted(self: Patterns, text: str) -> Seen:
        looked.append(text)
        return look(self, text)

    monkeypatch.setattr(Patterns, "look", noted)
    flood = "".join(REFUSED.format(number) for number in range(60_000))
    told = read(START + READY + flood)
    assert (causes(told), told.lines) == ([("gpu/out-of-memory", 3)], 60_002)
    assert len(looked) < 30_000  # of the first block, and of none after it


@pytest.mark.parametrize("size", [4096, 1 << 22])
def test_a_new_life_after_a_flood_of_failures_is_seen_whole(size: int) -> None:
    flood = "".join(REFUSED.format(number) for number in range(6_000))
    told = read(START + READY + flood + TRITON, size).told
    alone = read(TRITON, size).told
    shift = 2 + 6_000
    assert [(one.problem, one.line) for one in told] == [
        (one.problem, one.line + shift) for one in alone
    ]
    assert told[0].echoes == tuple(line + shift for line in alone[0].echoes)
