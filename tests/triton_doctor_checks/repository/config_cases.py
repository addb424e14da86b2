"""Configurations that parse, and what Triton 2.51 said of them; each was shown to that server.

Triton's words end in ` for gemma` at most places; here they stand without it.
"""

from __future__ import annotations

V = 'backend: "vllm" '
B = V + "max_batch_size: 0 "
INPUT = V + 'input [{{ name: "a" optional: true data_type: TYPE_FP32 dims: [{}] {} }}]'
OUTPUT = V + "output [{{ {} }}]"
GROUP = V + "instance_group [{{ {} }}]"
ENSEMBLE = 'platform: "ensemble" ensemble_scheduling {{ step [{}] }} {}'
STEP = '{ model_name: "x" input_map { key: "a" value: "b" } output_map { key: "c" value: "d" } }'
CONTROL = V + 'sequence_batching {{ control_input [{{ name: "a" control [{{ {} }}] }}] }}'
WARMUP = (
    'model_warmup [{{ name: "w" batch_size: {} inputs {{ key: "text_input" value {{ {} }} }} }}]'
)
RANGE = "must be integer >= 1, or -1 to indicate a variable-size dimension"
IN, OUT, WHICH = "model input 'a'", "model output 'a'", "instance group gemma_0 of model gemma"

REFUSED = [
    (V + "max_batch_size: -1", "'max_batch_size' must be non-negative value"),
    (V + "max_batch_size: 4", "max_batch_size 4"),
    (V + "model_transaction_policy { decoupled: false }", "decoupled: false"),
    (V + "model_transaction_policy { }", "decoupled: false"),
    (INPUT.format("0", ""), f"{IN} dimension {RANGE}"),
    (INPUT.format("-2", ""), f"{IN} dimension {RANGE}"),
    (INPUT.format("", ""), f"{IN} must specify 'dims'"),
    (V + 'input [{ name: "a" dims: [1] }]', f"{IN} must specify 'data_type'"),
    (V + "input [{ data_type: TYPE_FP32 dims: [1] }]", "model input must specify 'name'"),
    (OUTPUT.format("data_type: TYPE_FP32 dims: [1]"), "model output must specify 'name'"),
    (OUTPUT.format('name: "a" dims: [1]'), f"{OUT} must specify 'data_type'"),
    (OUTPUT.format('name: "a" data_type: TYPE_FP32'), f"{OUT} must specify 'dims'"),
    (
        INPUT.format("1", "reshape { shape: [] }"),
        (
            f"{IN} cannot have empty reshape for non-batching model as scalar tensors are not "
            "supported"
        ),
    ),
    (INPUT.format("1", "reshape { shape: [0] }"), f"{IN} reshape dimensions {RANGE}"),
    (
        INPUT.format("4", "reshape { shape: [2, 3] }"),
        f"{IN} has different size for dims and reshape",
    ),
    (
        INPUT.format("-1", "reshape { shape: [2, 3] }"),
        f"{IN} has different size for dims and reshape",
    ),
    (
        INPUT.format("-1, 2", "reshape { shape: [-1, 3] }"),
        f"{IN} has different size for dims and reshape",
    ),
    (
        INPUT.format("-1, -1", "reshape { shape: [-1] }"),
        f"{IN} has different number of variable-size dimensions for dims and reshape",
    ),
    (INPUT.format("1", "format: FORMAT_NHWC"), "model input NHWC/NCHW require 3 dims"),
    (
        INPUT.format("1", "is_shape_tensor: true"),
        "shape tensors are only supported for TensorRT platform",
    ),
    (
        INPUT.format("1", "is_non_linear_format_io: true"),
        "Non-linear IO format is only supported for the TensorRT platform",
    ),
    (
        GROUP.format("kind: KIND_MODEL gpus: [0]"),
        f"{WHICH} has kind KIND_MODEL but specifies one or more GPUs",
    ),
    (
        GROUP.format("kind: KIND_CPU gpus: [0]"),
        f"{WHICH} has kind KIND_CPU but specifies one or more GPUs",
    ),
    (GROUP.format("gpus: [7]"), f"{WHICH} has kind KIND_CPU but specifies one or more GPUs"),
    (GROUP.format("kind: KIND_GPU"), f"{WHICH} has kind KIND_GPU but no GPUs are available"),
    (
        GROUP.format("kind: KIND_GPU gpus: [0]"),
        f"{WHICH} specifies invalid or unsupported gpu id 0",
    ),
    (
        GROUP.format('profile: ["0"]'),
        f"{WHICH} and platform specifies profile field which is only supported for TensorRT models",
    ),
    (
        V + "version_policy { specific { versions: [3] } }",
        "at least one version must be available under the version policy of model 'gemma'",
    ),
    (
        V + "version_policy { latest { } }",
        "at least one version must be available under the version policy of model 'gemma'",
    ),
    (
        V + "dynamic_batching { preferred_batch_size: [4] }",
        "dynamic batching preferred size must be <= max batch size",
    ),
    (
        V + "dynamic_batching { preferred_batch_size: [0, 4] }",
        "dynamic batching preferred size must be positive",
    ),
    (
        V + "dynamic_batching { priority_levels: 2 }",
        "default priority level must be in range [1, 2]",
    ),
    (
        V + "dynamic_batching { priority_levels: 2 default_priority_level: 1 "
        "priority_queue_policy { key: 5 value { } } }",
        "priority queue policy must have priority level in range [1, 2]",
    ),
    (
        V + "dynamic_batching { priority_levels: 2 default_priority_level: 1 "
        "preserve_ordering: true }",
        "Only one priority level is allowed when 'preserve_ordering' is true",
    ),
    (
        V + "dynamic_batching { preserve_ordering: true default_queue_policy { "
        "timeout_action: DELAY default_timeout_microseconds: 5 } }",
        "Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true",
    ),
    (
        V + "response_cache { enable: true }",
        (
            "Response Cache does not currently support model gemma with 'decoupled' transaction "
            "policy. Please disable the response cache."
        ),
    ),
    (
        V + "sequence_batching { control_input [{ }] }",
        "sequence batching control tensor must have a name",
    ),
    (
        V + 'sequence_batching { control_input [{ name: "a" }, { name: "a" }] }',
        "sequence batching control tensor 'a' is specified for multiple control kinds",
    ),
    (
        CONTROL.format(""),
        (
            "sequence batching must specify either 'int32_false_true', 'fp32_false_true' or "
            "'bool_false_true' for CONTROL_SEQUENCE_START"
        ),
    ),
    (
        CONTROL.format("kind: CONTROL_SEQUENCE_END int32_false_true: [0]"),
        (
            "sequence batching control 'int32_false_true' must have exactly 2 entries for "
            "CONTROL_SEQUENCE_END"
        ),
    ),
    (
        CONTROL.format("int32_false_true: [0, 1] fp32_false_true: [0, 1]"),
        (
            "sequence batching specifies more than one from 'int32_false_true', "
            "'fp32_false_true' and 'bool_false_true' for CONTROL_SEQUENCE_START"
        ),
    ),
    (
        CONTROL.format("kind: CONTROL_SEQUENCE_CORRID int32_false_true: [0, 1]"),
        (
            "sequence batching must not specify either 'int32_false_true', 'fp32_false_true' or "
            "'bool_false_true' for CONTROL_SEQUENCE_CORRID"
        ),
    ),
    (
        CONTROL.format("kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_FP32"),
        "unexpected data type for control CONTROL_SEQUENCE_CORRID",
    ),
    (
        V + "sequence_batching { oldest { preferred_batch_size: [9] } }",
        "sequence batching preferred batch size must be <= max batch size",
    ),
    (
        V + "sequence_batching { direct { minimum_slot_utilization: 2 } }",
        "sequence batching minimum slot utilization must be in range (0.0, 1.0]",
    ),
    (
        V + "ensemble_scheduling { step [] }",
        "ensemble scheduling cannot be set for model 'gemma' whose platform is not ensemble",
    ),
    (
        'platform: "ensemble"',
        "ensemble scheduling must be set for ensemble gemma whose platform is ensemble",
    ),
    (ENSEMBLE.format("", ""), "must specify 'step' for ensemble 'gemma'"),
    (ENSEMBLE.format("{ }", ""), "must specify 'model_name' in step 0 of ensemble 'gemma'"),
    (ENSEMBLE.format(STEP, ""), "ensemble tensor 'b' is unused in ensemble 'gemma'"),
    (
        ENSEMBLE.format(STEP, "instance_group [{}]"),
        "instance group should not be specified for ensemble 'gemma'",
    ),
    (
        ENSEMBLE.format(STEP, 'input [{ name: "z" data_type: TYPE_FP32 dims: 1 }]'),
        "ensemble input 'z' for ensemble gemma' is not used",
    ),
    (
        V + 'batch_input [{ data_type: TYPE_FP32 source_input: "q" }]',
        "unknown source input name 'q'",
    ),
    (
        V + 'batch_input [{ source_input: "text_input" }]',
        "unexpected batch input data type 'TYPE_INVALID'",
    ),
    (
        V + 'batch_output [{ target_name: "a" source_input: "text_input" }]',
        "unknown target output name 'a'",
    ),
    (
        V + WARMUP.format(1, "data_type: TYPE_STRING dims: [-1] zero_data: true"),
        "warmup setting expects all variable-size dimensions are specified for input 'text_input'",
    ),
    (
        V + WARMUP.format(1, "data_type: TYPE_STRING dims: [1]"),
        "warmup setting expects input 'text_input' to have input_data_type set",
    ),
    (
        V + WARMUP.format(4, "data_type: TYPE_STRING dims: [1] zero_data: true"),
        "failed to run warmup sample 'w': batch size 4",
    ),
    (
        V + 'model_warmup [{ name: "w" batch_size: 1 }]',
        "missing required input(s) ['text_input']",
    ),
    (V + 'runtime: "x.so"', "unable to find backend library 'x.so' for model 'gemma'"),
]

TAKEN = [
    V,
    B + 'name: ""',
    'platform: "vllm" ' + V,
    'platform: "onnxruntime_onnx" ' + V,
    V + "version_policy { }",
    V + "version_policy { all { } }",
    V + "version_policy { specific { versions: [1, 7] } }",
    V + "model_transaction_policy { decoupled: true }",
    V + "dynamic_batching { }",
    V + "sequence_batching { }",
    V + "response_cache { enable: false }",
    V + 'runtime: "model.py"',
    V + 'default_model_filename: "model.json"',
    V + 'parameters { key: "REPORT_CUSTOM_METRICS" }',
    V + 'parameters { key: "ENABLE_VLLM_HEALTH_CHECK" value { } }',
    GROUP.format("count: 0 kind: KIND_MODEL"),
    GROUP.format("count: -1 kind: KIND_CPU"),
    V + 'input [{ name: "text_input" data_type: TYPE_STRING dims: [ -1 ] }]',
    V + 'output [{ name: "x" data_type: TYPE_FP32 dims: [ 3, 4 ] }]',
    V + 'model_warmup [{ name: "w" }]',
    V + WARMUP.format(1, "data_type: TYPE_STRING dims: [1] zero_data: true"),
    V + 'batch_input [{ data_type: TYPE_FP32 source_input: "text_input" target_name: "x" }]',
    V + "optimization { priority: PRIORITY_MAX cuda { graphs: true } }",
]
