"""Faults of config.pbtxt explained, and put right where only one thing can be meant."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.triton_doctor_checks.repository.broken_texts import Texts
from tests.triton_doctor_checks.repository.kit import CONFIG, Workshop
from triton_doctor.model import Found, Outcome, Unsure
from triton_doctor_checks.repository.config_repairs import repaired
from triton_doctor_checks.repository.config_syntax import encoding_answer, syntax_answer
from triton_doctor_checks.repository.text_format import Fault, Message, parse

# The file -> the case, the place, and what the file is after its fix (None: there is none).
SLIPS: dict[str, tuple[str, str, str | None]] = {
    "name: \u201cm\u201d": ("smart-quotes", "1:7", 'name: "m"'),
    "name: \u2018m\u2019\nbackend: \u2018v\u2019": (
        "smart-quotes",
        "1:7",
        "name: 'm'\nbackend: 'v'",
    ),
    'name:\u00a0"m"\nbackend:\u2003"v"': ("blank", "1:6", 'name: "m"\nbackend: "v"'),
    'na\u200bme: "m"': ("blank", "1:3", 'name: "m"'),
    'n\u00e4me: "m"': ("letter", "1:2", None),
    "name = 'm'\nbackend = 'v'": ("equals", "1:6", "name: 'm'\nbackend: 'v'"),
    "input = [{}]": ("equals", "1:7", "input: [{}]"),
    '{\n"name": "m"\n}': ("json", "1:1", None),
    '[{"name": "m"}]': ("json", "1:1", None),
    '"name": "m", "backend": "v"': ("quoted-name", "1:1", 'name: "m", backend: "v"'),
    '```pbtxt\nname: "m"\n```\n': ("fence", "1:1", '\nname: "m"\n\n'),
    "// a\nname: 'm'\n// b": ("comment", "1:1", "# a\nname: 'm'\n# b"),
    "max_batch_size: ${SIZE}": ("template", "1:17", None),
    "max_batch_size: {{ size }}": ("template", "1:17", None),
    "name: <name of the model>": ("template", "1:7", None),
    "{% if x %}": ("template", "1:1", None),
    "backnd: 'v'": ("misspelt-field", "1:1", "backend: 'v'"),
    "instance_group { Kind: KIND_CPU }": (
        "misspelt-field",
        "1:18",
        "instance_group { kind: KIND_CPU }",
    ),
    "gpu_memory_utilization: 0.9": ("no-such-field", "1:1", None),
    "decoupled: true": ("misplaced", "1:1", None),
    "input [ { name: 'x'\noutput [ {} ]": ("unclosed-above", "2:1", None),
    "input { data_type: float32 }": ("unknown-value", "1:20", "input { data_type: TYPE_FP32 }"),
    "input { data_type: TYPE_X }": ("no-such-value", "1:20", None),
    "input { data_type: 'TYPE_BOOL' }": ("needs-type", "1:20", "input { data_type: TYPE_BOOL }"),
    "name: gemma-2b": ("needs-text", "1:7", 'name: "gemma-2b"'),
    "max_batch_size: '0'": ("needs-number", "1:17", "max_batch_size: 0"),
    "max_batch_size: 'a'": ("needs-number", "1:17", None),
    "input { optional: yes }": ("needs-word", "1:19", "input { optional: true }"),
    "name: ['a']": ("single", "1:7", None),
    "instance_group: 1": ("needs-block", "1:17", None),
    "name 'm'": ("missing-colon", "1:6", "name: 'm'"),
    "input { dims: [1 2 3] }": ("missing-comma", "1:18", "input { dims: [1, 2, 3] }"),
    "instance_group [ { count: 1 }": ("unclosed-list", "1:16", None),
    "instance_group {\ncount: 1\n": ("unclosed", "1:16", None),
    "name: 'm' }": ("extra", "1:11", None),
    "input {>": ("pair", "1:8", None),
    "name: 'm',, backend: 'v'": ("stray", "1:11", "name: 'm', backend: 'v'"),
    "name: 'm\nbackend: 'v'": ("unclosed-quote", "1:7", "name: 'm'\nbackend: 'v'"),
    "name: 'C:\\models'": ("backslash", "1:10", None),
    "name:": ("no-value", "1:6", None),
    "max_batch_size: 8k": ("number", "1:17", None),
    "max_batch_size: 99999999999": ("range", "1:17", None),
    "name: 'a'\nname: 'b'": ("twice", "2:1", None),
    "dynamic_batching {}\nsequence_batching {}": ("only-one", "2:1", None),
    "\x01": ("control", "1:1", None),
    "1: 2": ("no-name", "1:1", None),
}


def fault_of(text: str) -> Fault:
    fault = parse(text)
    assert isinstance(fault, Fault)
    return fault


def fixed(text: str) -> str | None:
    """The file after its fix, put together from the changes."""
    changes = repaired(text, fault_of(text), None)
    for change in reversed(changes):
        end = change.index + len(change.old)
        assert text[change.index : end] == change.old
        text = text[: change.index] + change.new + text[end:]
    return text if changes else None


@pytest.mark.parametrize("text", SLIPS)
def test_slips(text: str) -> None:
    case, place, after = SLIPS[text]
    fault = fault_of(text)
    assert (fault.case, f"{fault.line}:{fault.column}") == (case, place)
    assert fixed(text) == after
    answer = syntax_answer("config.pbtxt", text, fault)
    assert isinstance(answer, Found)
    assert answer.where == f"config.pbtxt:{place}"
    assert (answer.fix is None) == (after is None)


@pytest.mark.parametrize("text", [text for text, slip in SLIPS.items() if slip[2] is not None])
def test_what_was_put_right_can_be_read(text: str) -> None:
    after = fixed(text)
    assert after is not None
    assert isinstance(parse(after), Message)


def test_what_only_a_newer_release_may_know() -> None:
    text = "new_field: 1"
    assert isinstance(syntax_answer("p", text, fault_of(text), "2.51.0"), Found)
    assert isinstance(syntax_answer("p", text, fault_of(text), "9.0.0"), Unsure)


def test_a_byte_that_is_no_utf_8() -> None:
    text = 'name: "m"\n\ufffd'
    answer = syntax_answer("p", text, fault_of(text))
    assert isinstance(answer, Found)
    assert (answer.case, answer.values["error"]) == (
        "not-utf-8",
        "2:1: Interpreting non ascii codepoint",
    )


def test_encodings() -> None:
    mark = encoding_answer("p", "name: 'm'", "utf-8-bom")
    wide = encoding_answer("p", "name: 'm'", "utf-16")
    assert isinstance(mark, Found)
    assert isinstance(wide, Found)
    assert (mark.case, wide.case) == ("bom", "utf-16")
    assert encoding_answer("p", "name: 'm'", "utf-8") is None
    assert mark.fix is not None
    assert mark.fix.steps[0].edit is not None
    assert mark.fix.steps[0].edit.encoding == "utf-8-sig"
    assert mark.fix.steps[0].show == "p:1 (utf-8-sig > utf-8)"


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0))
def test_any_fault_can_be_explained(seed: int) -> None:
    text = Texts(seed).text()
    result = parse(text)
    if isinstance(result, Fault):
        assert isinstance(syntax_answer("config.pbtxt", text, result), Found)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(st.binary(max_size=200), st.integers(0, 10**6).map(lambda n: Texts(n).text())))
def test_any_bytes_end_in_a_verdict(shop: Workshop, content: bytes | str) -> None:
    shop.model()
    shop.write("model_repository/gemma/config.pbtxt", content)
    result = shop.judge()
    assert result.outcome in (Outcome.PASSED, Outcome.FOUND, Outcome.COULD_NOT_TELL)


def test_a_finding_shows_the_line_and_what_triton_says(shop: Workshop) -> None:
    shop.model(config=CONFIG.replace("kind:", "kinds:"))
    finding = shop.judge().only()
    assert finding.where == "model_repository/gemma/config.pbtxt:2:28"
    assert finding.title.endswith("line 2: instance_group has no field kinds. Is kind meant?")
    error = '2:33: Message type "inference.ModelInstanceGroup" has no field named "kinds".'
    assert error in finding.why
    assert finding.evidence[0] == "2 | instance_group [{ count: 1 kinds: KIND_MODEL }]"
    assert finding.evidence[1].index("^") == len("2 | instance_group [{ count: 1 ")
    assert finding.fix is not None
    assert finding.fix.title == "Write kind for kinds in model_repository/gemma/config.pbtxt"
    assert finding.fix.applicability == "safe"
