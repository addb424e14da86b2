"""Requests to the real tritonserver, each with the problem that its reply tells of."""

from __future__ import annotations

from collections.abc import Mapping

from tests.lab.faults import CONFIG, HEALTHY
from triton_doctor.record import Record

GENERATE = "models/gemma/generate"
INPUT, READY = "request/bad-input", "request/model-not-ready"
PATH, CODE = "request/wrong-endpoint", "repository/model-code-error"
MODEL = """\
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        inputs = [pb_utils.get_input_tensor_by_name(one, "IN").as_numpy() for one in requests]
        return [pb_utils.InferenceResponse([pb_utils.Tensor("OUT", one)]) for one in inputs]
"""
# What they are asked of: the stand-in for vLLM, a model that answers, and ones that fail.
REPOSITORY: Mapping[str, str] = {
    "gemma/config.pbtxt": 'backend: "vllm"\n',
    "gemma/1/model.json": "{}",
    "echo/config.pbtxt": CONFIG,
    "echo/1/model.py": MODEL,
    "raises/config.pbtxt": CONFIG,
    "raises/1/model.py": MODEL.replace(
        "        inputs", "        raise ValueError('no')\n        inputs"
    ),
    "short/config.pbtxt": CONFIG,
    "short/1/model.py": MODEL.replace("for one in inputs]\n", "for one in inputs][1:]\n"),
    "batches/config.pbtxt": "max_batch_size: 4\n" + CONFIG,
    "batches/1/model.py": MODEL,
    "broken/config.pbtxt": CONFIG,
    "broken/1/model.py": "import nothing_of_the_kind\n",
    "misread/config.pbtxt": 'backend: "pyton"\n',
    "misread/1/x": "",
}
LOADED = ("gemma", "echo", "raises", "short", "batches")


class Ask(Record, frozen=True):
    """A request to /v2/PATH, or to PATH where it begins with a slash. body: empty for none."""

    name: str
    problem: str
    path: str
    body: str = ""
    method: str = "POST"
    headers: tuple[str, ...] = ()


def tensor(**changes: object) -> str:
    """An inference request for echo, with other values in its one input."""
    import json

    one = {"name": "IN", "shape": [1], "datatype": "BYTES", "data": ["x"], **changes}
    return json.dumps({"inputs": [{key: value for key, value in one.items() if value is not None}]})


ECHO = "models/echo/infer"
ASKS = (
    Ask("generated", HEALTHY, GENERATE, '{"text_input": "hi"}'),
    Ask(
        "streamed", HEALTHY, "models/gemma/generate_stream", '{"text_input": "hi", "stream": true}'
    ),
    Ask("inferred", HEALTHY, ECHO, tensor()),
    Ask("metadata", HEALTHY, "models/gemma", method="GET"),
    Ask("configuration", HEALTHY, "models/gemma/config", method="GET"),
    Ask("server", HEALTHY, "/v2", method="GET"),
    Ask("statistics", HEALTHY, "models/gemma/stats", method="GET"),
    Ask("ready", HEALTHY, "health/ready", method="GET"),
    Ask("loaded", HEALTHY, "repository/models/echo/load"),
    Ask("no-stream", PATH, GENERATE, '{"text_input": "hi", "stream": true}'),
    Ask("decoupled", PATH, "models/gemma/infer", tensor(name="text_input")),
    Ask("chat", PATH, "/v1/chat/completions", '{"messages": []}'),
    Ask("method", PATH, GENERATE, method="GET"),
    Ask("health", PATH, "/health", method="GET"),
    Ask("empty", INPUT, GENERATE, "{}"),
    Ask("prompt", INPUT, GENERATE, '{"prompt": "hi"}'),
    Ask("number", INPUT, GENERATE, '{"text_input": 5}'),
    Ask("two-texts", INPUT, GENERATE, '{"text_input": ["a", "b"]}'),
    Ask("array", INPUT, GENERATE, "[]"),
    Ask("single-quotes", INPUT, GENERATE, "{'text_input': 'hi'}"),
    Ask("stop-list", INPUT, GENERATE, '{"text_input": "hi", "stop": ["x"]}'),
    Ask("messages", INPUT, GENERATE, '{"messages": [{"role": "user", "content": "hi"}]}'),
    Ask("no-inputs", INPUT, ECHO, "{}"),
    Ask("other-name", INPUT, ECHO, tensor(name="INPUT0")),
    Ask("other-shape", INPUT, ECHO, tensor(shape=[1, 1])),
    Ask("other-type", INPUT, ECHO, tensor(datatype="FP32", data=[1.5])),
    Ask("no-such-type", INPUT, ECHO, tensor(datatype="STRING")),
    Ask("no-data", INPUT, ECHO, tensor(data=None)),
    Ask("no-batch", INPUT, "models/batches/infer", tensor()),
    Ask(
        "no-region",
        INPUT,
        ECHO,
        tensor(data=None, parameters={"shared_memory_region": "r", "shared_memory_byte_size": 8}),
    ),
    Ask("header", INPUT, ECHO, "{}", headers=("Inference-Header-Content-Length: 999",)),
    Ask("unknown-model", READY, "models/gemma2/generate", '{"text_input": "hi"}'),
    Ask("unknown-version", READY, "models/gemma/versions/9/generate", '{"text_input": "hi"}'),
    Ask("unknown-ready", READY, "models/gemma2/ready", method="GET"),
    Ask("unknown-statistics", READY, "models/gemma2/stats", method="GET"),
    Ask("not-loaded", READY, "models/broken/infer", tensor()),
    Ask("raises", CODE, "models/raises/infer", tensor()),
    Ask("short", CODE, "models/short/infer", tensor()),
    Ask("load-broken", CODE, "repository/models/broken/load"),
    Ask("load-misread", "repository/backend-unknown", "repository/models/misread/load"),
    Ask("load-unknown", "repository/not-found", "repository/models/gemma2/load"),
)
