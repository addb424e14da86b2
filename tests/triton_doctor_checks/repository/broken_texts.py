"""Files in protobuf's text format, sound and broken, made at random from a fixed seed."""

from __future__ import annotations

import random
import re

from triton_doctor_checks.repository.text_schema import ROOT, FieldType, schema

SEEDS = (
    """\
name: "m"
backend: "nosuch"
max_batch_size: 0
model_transaction_policy { decoupled: True }
input [
  {
    name: "text_input"
    data_type: TYPE_STRING
    dims: [ 1 ]
  },
  { name: 'stream' data_type: TYPE_BOOL dims: [ 1 ] optional: true }
]
output [ { name: "text_output" data_type: TYPE_STRING dims: [ -1 ] } ]
instance_group [{ count: 1 kind: KIND_MODEL }]
""",
    """\
# a remark
backend: "nosuch"
instance_group <
\tcount: 1\tkind: KIND_MODEL
>
parameters { key: "METRICS" value: { string_value: "yes" } }
parameters: [ { key: "a" value { string_value: "b" "c" } }, {
  key: 'x' value: < string_value: '\\x41\\102\\n\\u00e9' > } ]
version_policy: { specific: { versions: [1, 3] } };
""",
    """\
backend: "nosuch"
dynamic_batching {
  preferred_batch_size: [ 4, 8 ]
  priority_queue_policy { key: 1 value { timeout_action: REJECT max_queue_size: 10 } }
  default_queue_policy: { allow_timeout_override: f }
}
optimization { cuda { graphs: true graph_spec { batch_size: 1 } } priority: PRIORITY_MAX }
model_warmup [ { name: "w" batch_size: 1 inputs { key: "i" value { dims: 3 zero_data: 1 } } } ]
sequence_batching { direct { minimum_slot_utilization: 1.5e-3f } }
""",
)
BITS: tuple[str, ...] = (
    *"abz_09.-+:;,[]{}<>\"'\\#=()/@$ \t\n\r\x01\x0b\x7f\0",
    *("\u00e9", "\u201c", "\u201d", "\u00a0", "\ufeff", "\U0001f600", "\n\n"),
    *("0x", "1e", "1f", "..", "\\u", "\\U0010ffff", "\\x", "//", "/*", "# c", "name"),
    *("inf", "-inf", "nan", "true", "TRUE", "08", "017", "0x1F", "1.5", "1e5", "-1"),
    *("2147483648", "-2147483648", "-2147483649", "4294967296", "18446744073709551616"),
    *('""', "''", '"x"', "[]", "{}", "<>", "KIND_GPU", "KIND_X", "TYPE_FP32"),
)
_WORDS = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'|[A-Za-z_]\w*|-?[\w.]+|\s+|.', re.DOTALL)
_RIGHT = {
    "string": ('"a"', "'b'", '""', '"a" "b"', '"\\n\\x4"', '"\u00e9"', '"\\377"'),
    "bool": ("true", "False", "t", "f", "0", "1"),
    "float": ("1", "1.5", "-1", ".5", "1e3", "2f", "inf", "nan", "1e999", "1e-99", "-0.0"),
    "int": ("0", "1", "5", "2147483647", "0x10", "017"),
}
_WRONG = {
    "string": ("a", "1", "'", '"\\q"', '"a\n"'),
    "bool": ("2", "TRUE", "yes", '"true"', "01", "0x1"),
    "float": ("0x1", "01", '"1"', "08", "1..2", "x"),
    "int": ("-1", "08", "1.0", "- 1", "--1", '"1"', "2147483648", "99999999999999999999"),
    "enum": ("99", "-1", '"TYPE_FP32"', "type_fp32", "2147483648", "x"),
}


class Texts:
    """An endless supply, about half of it sound."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.wrong = 0.0

    def text(self) -> str:
        self.wrong = self.random.choice((0.3, 0.03, 0))
        if self.random.random() < 0.5:
            return f'backend: "nosuch" {self._fields(ROOT, 0)}'
        text = self.random.choice(SEEDS)
        for _change in range(self.random.choice((1, 1, 1, 2, 3))):
            text = self._changed(text) or " "
        return text

    def _changed(self, text: str) -> str:
        if self.random.random() < 0.5:
            at = self.random.randrange(len(text) + 1)
            until = at + self.random.choice((0, 0, 1, 2, 5))
            return text[:at] + self.random.choice((*BITS, "")) + text[until:]
        words = _WORDS.findall(text)
        at, other = self.random.randrange(len(words)), self.random.randrange(len(words))
        change = self.random.randrange(5)
        if change == 0:
            del words[at]
        elif change == 1:
            words[at] = self.random.choice(BITS)
        elif change == 2:
            words.insert(at, words[other])
        elif change == 3:
            words[at], words[other] = words[other], words[at]
        else:
            del words[at:]
        return "".join(words)

    def _fields(self, message: str, depth: int) -> str:
        # An empty model_repository_agents ends the server (signal 11), whatever else is there.
        left_out = ("backend", "platform", "model_repository_agents")
        known = [one for one in schema().messages[message].values() if one.name not in left_out]
        count = self.random.randrange(4) if depth else self.random.randrange(1, 6)
        chosen = [self.random.choice(known) for _one in range(count if known else 0)]
        return self.random.choice((" ", "\n", "\t")).join(self._field(one, depth) for one in chosen)

    def _field(self, field: FieldType, depth: int) -> str:
        name, colon = field.name, self.random.choice((": ", ":", " : "))
        if self._slip():
            name = self.random.choice((name.upper(), name[:-1], f"{name}s", "[a.b]", "1"))
        if field.kind == "message" and self.random.random() < 0.5:
            colon = " "
        elif self._slip():
            colon = self.random.choice((" ", "=", "::", ""))
        if (field.many and self.random.random() < 0.5) or self._slip():
            few = (self._value(field, depth) for _one in range(self.random.randrange(4)))
            value = f"[{', '.join(few)}]"
        else:
            value = self._value(field, depth)
        return name + colon + value + self.random.choice(("", " ", ";", ",", "\n", " # c\n", "\t"))

    def _value(self, field: FieldType, depth: int) -> str:
        if self._slip():
            return self.random.choice(BITS)
        if field.kind == "message":
            opening, closing = self.random.choice((("{", "}"), ("{ ", " }"), ("<", ">")))
            return opening + self._fields(field.of, depth + 1) + closing
        kind = {"double": "float"}.get(field.kind, field.kind)
        kind = "int" if "int" in kind else kind
        if self._slip():
            return self.random.choice(_WRONG[kind])
        return self.random.choice(_RIGHT.get(kind) or tuple(schema().enums[field.of]))

    def _slip(self) -> bool:
        return self.random.random() < self.wrong
