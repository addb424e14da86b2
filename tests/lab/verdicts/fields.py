"""What config.pbtxt says: fields, types and values that parse or not, and pairs that fit or not."""

from __future__ import annotations

from tests.lab.verdicts.case import Case, both, config, more, setting

_NAMES: dict[str, str] = {
    "max_batchsize": "max_batchsize: 0",
    "maxBatchSize": "maxBatchSize: 0",
    "instance_groups": "instance_groups [{ count: 1 }]",
    "inputs": 'inputs [{ name: "a" data_type: TYPE_FP32 dims: [1] }]',
    "parameter": 'parameter { key: "a" value { string_value: "b" } }',
    "engine_args": 'engine_args { model: "google/gemma-2b" }',
    "backends": 'backends: "vllm"',
    "version": "version: 1",
    "dynamic_batch": "dynamic_batch { }",
    "counts, in a group": "instance_group [{ counts: 1 }]",
    "datatype, in an input": 'input [{ name: "a" datatype: TYPE_FP32 dims: [1] }]',
    "shape, in an input": 'input [{ name: "a" data_type: TYPE_FP32 shape: [1] }]',
    "value as a plain text": 'parameters { key: "a" value: "b" }',
    "a letter of another script": "mаx_batch_size: 0",
    "model_metrics, of later servers": "model_metrics { }",
}
_VALUES: dict[str, str] = {
    "a text for a number": 'max_batch_size: "0"',
    "a fraction for a number": "max_batch_size: 0.5",
    "a whole fraction for a number": "max_batch_size: 0.0",
    "hexadecimal": "max_batch_size: 0x0",
    "octal": "max_batch_size: 00",
    "an octal that is none": "max_batch_size: 08",
    "minus, a blank, a number": "instance_group [{ count: 1 gpus: [] }] max_batch_size: - 0",
    "a plus sign": "max_batch_size: +0",
    "a number with an underscore": "max_batch_size: 1_0",
    "a number with a unit": "max_batch_size: 0k",
    "a number out of range": "max_batch_size: 4294967296",
    "a word for a number": "max_batch_size: none",
    "a bool for a number": "max_batch_size: false",
    "the bool in capitals": "model_transaction_policy { decoupled: TRUE }",
    "the bool as Python writes it": "model_transaction_policy { decoupled: True }",
    "the bool as t": "model_transaction_policy { decoupled: t }",
    "the bool as 1": "model_transaction_policy { decoupled: 1 }",
    "the bool as 2": "model_transaction_policy { decoupled: 2 }",
    "the bool as a text": 'model_transaction_policy { decoupled: "true" }',
    "the bool as yes": "model_transaction_policy { decoupled: yes }",
    "an enum misspelt": "instance_group [{ kind: KIND_MODELS }]",
    "an enum without its prefix": "instance_group [{ kind: MODEL }]",
    "an enum in small letters": "instance_group [{ kind: kind_model }]",
    "an enum as a text": 'instance_group [{ kind: "KIND_MODEL" }]',
    "an enum as its number": "instance_group [{ kind: 3 }]",
    "an enum as a number that is none": "instance_group [{ kind: 4 }]",
    "a data type misspelt": 'input [{ name: "a" data_type: TYPE_STR dims: [1] }]',
    "a data type without its prefix": 'input [{ name: "a" data_type: STRING dims: [1] }]',
    "a number for a text": "instance_group [{ name: 7 }]",
    "dims as a single number": 'input [{ name: "a" data_type: TYPE_FP32 dims: 1 }]',
    "dims in parentheses": 'input [{ name: "a" data_type: TYPE_FP32 dims: (1) }]',
    "dims with a text": 'input [{ name: "a" data_type: TYPE_FP32 dims: ["1"] }]',
    "a count below zero": "instance_group [{ count: -1 }]",
    "an unsigned number below zero": "dynamic_batching { max_queue_delay_microseconds: -1 }",
    "the largest number": "dynamic_batching { max_queue_delay_microseconds: 18446744073709551615 }",
}
_TENSORS: dict[str, str] = {
    "sound": 'input [{ name: "a" data_type: TYPE_FP32 dims: [1] }]',
    "the guide's, as they are": (
        'input [{ name: "text_input" data_type: TYPE_STRING dims: [-1] },'
        ' { name: "stream" data_type: TYPE_BOOL dims: [1] optional: true }]'
        ' output [{ name: "text_output" data_type: TYPE_STRING dims: [-1] }]'
    ),
    "an input without a name": "input [{ data_type: TYPE_FP32 dims: [1] }]",
    "an input without a type": 'input [{ name: "a" dims: [1] }]',
    "an input without dims": 'input [{ name: "a" data_type: TYPE_FP32 }]',
    "an input with empty dims": 'input [{ name: "a" data_type: TYPE_FP32 dims: [] }]',
    "dims of 0": 'input [{ name: "a" data_type: TYPE_FP32 dims: [0] }]',
    "dims of -1": 'input [{ name: "a" data_type: TYPE_FP32 dims: [-1] }]',
    "dims of -2": 'input [{ name: "a" data_type: TYPE_FP32 dims: [-2] }]',
    "an input twice": (
        'input [{ name: "a" data_type: TYPE_FP32 dims: [1] },'
        ' { name: "a" data_type: TYPE_FP32 dims: [1] }]'
    ),
    "an input and an output of one name": (
        'input [{ name: "a" data_type: TYPE_FP32 dims: [1] }]'
        ' output [{ name: "a" data_type: TYPE_FP32 dims: [1] }]'
    ),
    "text_input of another type": 'input [{ name: "text_input" data_type: TYPE_INT32 dims: [1] }]',
    "text_output of another type": (
        'output [{ name: "text_output" data_type: TYPE_FP32 dims: [-1] }]'
    ),
    "text_input optional": (
        'input [{ name: "text_input" data_type: TYPE_STRING dims: [1] optional: true }]'
    ),
    "an output without a name": "output [{ data_type: TYPE_FP32 dims: [1] }]",
    "an output without a type": 'output [{ name: "a" dims: [1] }]',
    "an output without dims": 'output [{ name: "a" data_type: TYPE_FP32 }]',
    "an output with dims of 0": 'output [{ name: "a" data_type: TYPE_FP32 dims: [0] }]',
    "an empty input": "input [{ }]",
    "a reshape that fits": (
        'input [{ name: "a" data_type: TYPE_FP32 dims: [4] reshape { shape: [2, 2] } }]'
    ),
    "a reshape that does not fit": (
        'input [{ name: "a" data_type: TYPE_FP32 dims: [4] reshape { shape: [3] } }]'
    ),
    "an empty reshape of one": (
        'input [{ name: "a" data_type: TYPE_FP32 dims: [1] reshape { shape: [] } }]'
    ),
    "a reshape with -1": (
        'input [{ name: "a" data_type: TYPE_FP32 dims: [-1] reshape { shape: [-1, 1] } }]'
    ),
    "a reshape with two -1": (
        'input [{ name: "a" data_type: TYPE_FP32 dims: [-1] reshape { shape: [-1, -1] } }]'
    ),
    "a reshape with 0": (
        'input [{ name: "a" data_type: TYPE_FP32 dims: [1] reshape { shape: [0] } }]'
    ),
    "an image format with two dims": (
        'input [{ name: "a" data_type: TYPE_FP32 format: FORMAT_NCHW dims: [2, 2] }]'
    ),
    "an image format with three dims": (
        'input [{ name: "a" data_type: TYPE_FP32 format: FORMAT_NCHW dims: [3, 2, 2] }]'
    ),
    "a shape tensor": (
        'input [{ name: "a" data_type: TYPE_INT32 dims: [1] is_shape_tensor: true }]'
    ),
    "ragged without batching": (
        'input [{ name: "a" data_type: TYPE_FP32 dims: [1] allow_ragged_batch: true }]'
    ),
    "non-linear format": (
        'input [{ name: "a" data_type: TYPE_FP32 dims: [1] is_non_linear_format_io: true }]'
    ),
    "a label file that is not there": (
        'output [{ name: "a" data_type: TYPE_FP32 dims: [1] label_filename: "labels.txt" }]'
    ),
    "batch_input without batching": (
        'batch_input [{ kind: BATCH_ELEMENT_COUNT target_name: "n" data_type: TYPE_FP32'
        ' source_input: "text_input" }]'
    ),
}
_BATCHING: dict[str, str] = {
    "max_batch_size 0": "max_batch_size: 0",
    "the guide's 256": "max_batch_size: 256",
    "max_batch_size 1": "max_batch_size: 1",
    "max_batch_size below zero": "max_batch_size: -1",
    "dynamic batching, empty": "dynamic_batching { }",
    "dynamic batching, a preferred size": "dynamic_batching { preferred_batch_size: [4] }",
    "dynamic batching, a preferred size of 0": "dynamic_batching { preferred_batch_size: [0] }",
    "dynamic batching, a delay": "dynamic_batching { max_queue_delay_microseconds: 100 }",
    "dynamic batching, ordering kept": "dynamic_batching { preserve_ordering: true }",
    "priorities, a default among them": (
        "dynamic_batching { priority_levels: 2 default_priority_level: 1 }"
    ),
    "priorities without a default": "dynamic_batching { priority_levels: 2 }",
    "priorities, a default above them": (
        "dynamic_batching { priority_levels: 2 default_priority_level: 3 }"
    ),
    "sequence batching": "sequence_batching { }",
    "sequence batching, oldest": "sequence_batching { oldest { max_candidate_sequences: 4 } }",
    "sequence batching, a control without an input": (
        'sequence_batching { control_input [{ name: "START" }] }'
    ),
    "sequence batching, a control": (
        'sequence_batching { control_input [{ name: "START" control'
        " [{ kind: CONTROL_SEQUENCE_START fp32_false_true: [0, 1] }] }] }"
    ),
    "dynamic and sequence batching": "dynamic_batching { } sequence_batching { }",
    "ensemble scheduling without a step": "ensemble_scheduling { }",
    "ensemble scheduling and a backend": (
        'ensemble_scheduling { step [{ model_name: "a" model_version: -1 }] }'
    ),
    "decoupled false": "model_transaction_policy { decoupled: false }",
    "decoupled true": "model_transaction_policy { decoupled: true }",
    "an empty transaction policy": "model_transaction_policy { }",
    "a response cache": "response_cache { enable: true }",
    "a response cache, off": "response_cache { enable: false }",
    "a warm-up without inputs": 'model_warmup [{ name: "a" batch_size: 1 }]',
    "a warm-up without a batch size": 'model_warmup [{ name: "a" }]',
    "optimization": "optimization { priority: PRIORITY_MAX }",
    "cuda graphs": "optimization { cuda { graphs: true } }",
    "an accelerator": (
        'optimization { execution_accelerators { gpu_execution_accelerator [{ name: "x" }] } }'
    ),
    "an agent that is not there": 'model_repository_agents { agents [{ name: "nosuch" }] }',
    "operations that are not there": 'model_operations { op_library_filename: "x.so" }',
}
_GROUPS: dict[str, str] = {
    "none": "",
    "empty": "instance_group [{ }]",
    "count 1": "instance_group [{ count: 1 kind: KIND_MODEL }]",
    "count 0": "instance_group [{ count: 0 kind: KIND_MODEL }]",
    "count 2": "instance_group [{ count: 2 kind: KIND_MODEL }]",
    "KIND_CPU": "instance_group [{ kind: KIND_CPU }]",
    "KIND_AUTO": "instance_group [{ kind: KIND_AUTO }]",
    "KIND_CPU with gpus": "instance_group [{ kind: KIND_CPU gpus: [0] }]",
    "KIND_MODEL with gpus": "instance_group [{ kind: KIND_MODEL gpus: [0] }]",
    "KIND_MODEL with empty gpus": "instance_group [{ kind: KIND_MODEL gpus: [] }]",
    "KIND_GPU, and no GPU here": "instance_group [{ kind: KIND_GPU }]",
    "KIND_GPU with gpus, and no GPU here": "instance_group [{ kind: KIND_GPU gpus: [0] }]",
    "KIND_AUTO with gpus, and no GPU here": "instance_group [{ gpus: [0] }]",
    "a gpu below zero": "instance_group [{ kind: KIND_GPU gpus: [-1] }]",
    "two groups": "instance_group [{ kind: KIND_MODEL }, { kind: KIND_CPU }]",
    "two groups of one name": (
        'instance_group [{ name: "a" kind: KIND_CPU }, { name: "a" kind: KIND_CPU }]'
    ),
    "a secondary device": (
        "instance_group [{ kind: KIND_MODEL secondary_devices [{ kind: KIND_NVDLA }] }]"
    ),
    "a rate limiter": "instance_group [{ kind: KIND_MODEL rate_limiter { priority: 1 } }]",
    "a rate limiter with a resource of no name": (
        "instance_group [{ kind: KIND_MODEL rate_limiter { resources [{ count: 1 }] } }]"
    ),
    "a host policy that is not there": 'instance_group [{ kind: KIND_MODEL host_policy: "x" }]',
    "passive": "instance_group [{ kind: KIND_MODEL passive: true }]",
    "a profile": 'instance_group [{ kind: KIND_MODEL profile: ["1"] }]',
}
_BACKENDS: dict[str, str] = {
    "backend python, no model.py wanted": 'backend: "vllm" runtime: ""',
    "misspelt": 'backend: "vlm"',
    "in capitals": 'backend: "VLLM"',
    "in mixed letters": 'backend: "vLLM"',
    "with a blank after it": 'backend: "vllm "',
    "empty": 'backend: ""',
    "empty, with a platform": 'backend: "" platform: "vllm"',
    "platform vllm": 'platform: "vllm"',
    "platform and backend vllm": 'platform: "vllm" backend: "vllm"',
    "an empty platform": 'platform: "" backend: "vllm"',
    "platform onnxruntime_onnx": 'platform: "onnxruntime_onnx"',
    "platform tensorrt_plan beside vllm": 'platform: "tensorrt_plan" backend: "vllm"',
    "onnxruntime, not in this image": 'backend: "onnxruntime"',
    "tensorrtllm, not in this image": 'backend: "tensorrtllm"',
    "tensorrt_plan for a backend": 'backend: "tensorrt_plan"',
    "a path": 'backend: "/opt/tritonserver/backends/vllm"',
    "a file name for a backend": 'backend: "libtriton_vllm.so"',
    "a runtime that is not there": 'backend: "vllm" runtime: "nosuch.so"',
    "runtime model.py": 'backend: "vllm" runtime: "model.py"',
    "default_model_filename": 'backend: "vllm" default_model_filename: "model.json"',
    "ensemble platform": 'platform: "ensemble"',
    "ensemble platform and backend vllm": 'platform: "ensemble" backend: "vllm"',
    "no backend, but groups": "instance_group [{ kind: KIND_MODEL }]",
    "no backend, but a batch size": "max_batch_size: 0",
}
_OWN_NAMES: dict[str, str] = {
    "the folder's": 'name: "@NAME@"',
    "another": 'name: "gema"',
    "in capitals": 'name: "GEMMA"',
    "empty": 'name: ""',
    "with a blank after it": 'name: "@NAME@ "',
}
_PARAMETERS: dict[str, str] = {
    "a string": 'parameters { key: "a" value { string_value: "b" } }',
    "without a value": 'parameters { key: "a" }',
    "without a key": 'parameters { value { string_value: "b" } }',
    "a key twice": (
        'parameters { key: "a" value { string_value: "b" } }'
        ' parameters { key: "a" value { string_value: "c" } }'
    ),
    "a list of them": 'parameters [{ key: "a" value { string_value: "b" } }]',
    "a number as value": 'parameters { key: "a" value { int64_value: 1 } }',
    "as a Python dict": 'parameters { "a": "b" }',
    "metrics on": 'parameters { key: "REPORT_CUSTOM_METRICS" value { string_value: "true" } }',
    "metrics without a value": 'parameters { key: "REPORT_CUSTOM_METRICS" value { } }',
    "health check as an empty value": 'parameters { key: "ENABLE_VLLM_HEALTH_CHECK" value { } }',
}
_GPU = 'backend: "vllm" instance_group [{ kind: KIND_GPU }]'
_TWO = '"tensor_parallel_size": 2'


def _alone(text: str) -> str:
    return f'backend: "vllm"\n{text}\n'


CASES: tuple[Case, ...] = (
    *(Case("field names", title, more(text)) for title, text in _NAMES.items()),
    *(Case("values", title, config(_alone(text))) for title, text in _VALUES.items()),
    *(Case("inputs and outputs", title, more(text)) for title, text in _TENSORS.items()),
    *(Case("batching and scheduling", title, more(text)) for title, text in _BATCHING.items()),
    *(Case("instance groups", title, config(_alone(text))) for title, text in _GROUPS.items()),
    *(Case("backends", title, config(text)) for title, text in _BACKENDS.items()),
    *(Case("the name inside", title, more(text)) for title, text in _OWN_NAMES.items()),
    *(Case("parameters", title, more(text)) for title, text in _PARAMETERS.items()),
    Case("instance groups", "KIND_MODEL with two GPUs a model", setting(_TWO)),
    Case("instance groups", "KIND_GPU with two GPUs a model", both(config(_GPU), setting(_TWO))),
)
