"""The bytes of config.pbtxt: encodings, habits of other languages, slips of the pen."""

from __future__ import annotations

from tests.lab.verdicts.case import GUIDE, Case, config

_BACKEND = 'backend: "vllm"'
BYTES: dict[str, str | bytes] = {
    "empty": "",
    "blanks alone": " \n\t\n",
    "a comment alone": "# to do\n",
    "CRLF": GUIDE.replace("\n", "\r\n"),
    "CR alone": GUIDE.replace("\n", "\r"),
    "tabs, form feeds": GUIDE.replace("  ", "\t").replace("\n", "\f\n"),
    "no line break at the end": GUIDE.strip(),
    "UTF-8 with a mark": GUIDE.encode("utf-8-sig"),
    "UTF-16": GUIDE.encode("utf-16"),
    "UTF-16 big-endian": GUIDE.encode("utf-16-be"),
    "UTF-16 without a mark": GUIDE.encode("utf-16-le"),
    "UTF-32": GUIDE.encode("utf-32"),
    "a Latin-1 letter in a comment": f"{_BACKEND} # caf\xe9\n".encode("latin-1"),
    "a UTF-8 letter in a comment": f"{_BACKEND} # café\n",
    "a UTF-8 letter in a text": (
        f'{_BACKEND} parameters {{ key: "k" value {{ string_value: "é" }} }}'
    ),
    "a Latin-1 letter in a text": (
        f'{_BACKEND} parameters {{ key: "k" value {{ string_value: "\xe9" }} }}'.encode("latin-1")
    ),
    "a NUL at the end": GUIDE.encode() + b"\0",
    "a NUL in a comment": f"# a\0b\n{_BACKEND}".encode(),
    "a NUL in the middle": f"{_BACKEND}\0\nmax_batch_size: 0".encode(),
    "a control character": f"{_BACKEND}\x01",
    "a Ctrl-Z at the end": f"{_BACKEND}\x1a",
    "a no-break blank": 'backend:\u00a0"vllm"',
    "a zero-width blank": 'backend: \u200b"vllm"',
    "smart quotes": "backend: “vllm”",
    "a full-width colon": 'backend："vllm"',
    "200 KB of comments": "# text\n" * 29_000 + _BACKEND,
    "1 MB of comments": "# text\n" * 150_000 + _BACKEND,
    "a file of zeros": b"\0" * 4096,
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
}
HABITS: dict[str, str] = {
    "JSON": '{"backend": "vllm"}',
    "JSON, indented": '{\n  "backend": "vllm",\n  "max_batch_size": 0\n}\n',
    "YAML": "backend: vllm\nmax_batch_size: 0\n",
    "YAML with a list": 'backend: "vllm"\ninstance_group:\n  - count: 1\n    kind: KIND_MODEL\n',
    "TOML": '[model]\nbackend = "vllm"\n',
    "an equals sign": 'backend = "vllm"',
    "a Markdown fence": f"```\n{GUIDE}```\n",
    "a Markdown fence with a language": f"```protobuf\n{GUIDE}```\n",
    "a heading of the page above": f"config.pbtxt:\n{GUIDE}",
    "an unfilled template": 'backend: "vllm"\nmax_batch_size: ${batch}\n',
    "an unfilled template in a text": 'backend: "${backend}"\n',
    "double braces": 'backend: "{{ backend }}"\n',
    "comments with slashes": f"// vLLM\n{_BACKEND}",
    "a comment block": f"/* vLLM */\n{_BACKEND}",
    "a shell's heredoc mark": f"{GUIDE}EOF\n",
    "a merge conflict": f"<<<<<<< HEAD\n{_BACKEND}\n=======\n",
    "a line number copied along": f"1 {_BACKEND}",
    "three dots": f"{GUIDE}...\n",
}
SLIPS: dict[str, str] = {
    "no quotes": "backend: vllm",
    "single quotes": "backend: 'vllm'",
    "mixed quotes": "backend: \"vllm'",
    "an open quote": 'backend: "vllm\nmax_batch_size: 0',
    "a text over two lines": 'backend: "vl\nlm"',
    "two texts side by side": 'backend: "vl" "lm"',
    "an escape": r'backend: "v\x6clm"',
    "an octal escape": r'backend: "v\154lm"',
    "an escape that is none": r'backend: "v\llm"',
    "a Unicode escape": r'backend: "v\u006clm"',
    "no colon before a text": 'backend "vllm"',
    "no colon before a block": 'backend: "vllm" instance_group { count: 1 kind: KIND_MODEL }',
    "a colon before a block": 'backend: "vllm" instance_group: { count: 1 kind: KIND_MODEL }',
    "a colon before a list": 'backend: "vllm" instance_group: [{ count: 1 kind: KIND_MODEL }]',
    "angle brackets for a block": 'backend: "vllm" instance_group < count: 1 kind: KIND_MODEL >',
    "mixed brackets": 'backend: "vllm" instance_group { count: 1 kind: KIND_MODEL >',
    "two colons": 'backend:: "vllm"',
    "a comma after a field": 'backend: "vllm", max_batch_size: 0,',
    "a semicolon after a field": 'backend: "vllm"; max_batch_size: 0;',
    "two commas": 'backend: "vllm",, max_batch_size: 0',
    "a brace too few": 'backend: "vllm"\ninstance_group [ { count: 1 kind: KIND_MODEL ]\n',
    "a bracket too few": 'backend: "vllm"\ninstance_group [ { count: 1 kind: KIND_MODEL }\n',
    "the file is cut off": GUIDE[:-10],
    "a brace too many": f"{GUIDE}}}\n",
    "a comma after the last of a list": (
        'backend: "vllm" instance_group [{ count: 1 kind: KIND_MODEL },]'
    ),
    "an empty list": 'backend: "vllm" instance_group []',
    "a comma missing in a list": (
        'backend: "vllm" input [{ name: "a" data_type: TYPE_FP32 dims: [1] }'
        ' { name: "b" data_type: TYPE_FP32 dims: [1] }]'
    ),
    "a field twice": 'backend: "vllm"\nbackend: "vllm"\n',
    "a field twice, with other values": 'backend: "python"\nbackend: "vllm"\n',
    "a name in capitals": 'Backend: "vllm"',
    "a field by its number": '17: "vllm"',
    "an extension": 'backend: "vllm" [a.b]: 1',
    "an Any": 'backend: "vllm" [type.googleapis.com/a.B] { }',
    "two choices of a oneof": (
        'backend: "vllm" version_policy { latest { num_versions: 1 } all { } }'
    ),
    "a list for a single field": 'backend: ["vllm"]',
    "a block for a single field": 'backend { "vllm" }',
    "a value without a name": '"vllm"',
    "a name without a value": "backend:",
    "all on one line": 'backend:"vllm"instance_group[{count:1,kind:KIND_MODEL}]',
    "deep nesting": 'backend: "vllm" ' + "ensemble_scheduling { step { " * 40,
}

CASES: tuple[Case, ...] = (
    *(Case("bytes of config.pbtxt", title, config(text)) for title, text in BYTES.items()),
    *(Case("habits in config.pbtxt", title, config(text)) for title, text in HABITS.items()),
    *(Case("slips in config.pbtxt", title, config(text)) for title, text in SLIPS.items()),
)
