"""A STAND-IN for Triton's vLLM backend, which cannot be had here: it runs no model.

It takes what that backend takes (text_input, stream, sampling_parameters, ... and a model.json
beside the version), is decoupled as that one is, and answers a few fixed words. It runs inside the
image, on the image's own Python, numpy and Triton.
"""

# mypy: ignore-errors

import json
from pathlib import Path

import numpy as np
import triton_python_backend_utils as pb_utils

WORDS = ("The", " doctor", " says", " hello")
INPUTS = {
    "text_input": "TYPE_STRING",
    "stream": "TYPE_BOOL",
    "sampling_parameters": "TYPE_STRING",
    "exclude_input_in_output": "TYPE_BOOL",
}


class TritonPythonModel:
    @staticmethod
    def auto_complete_config(config):
        """Adds the tensors whose names are missing, as the real one does; looks at no others."""
        written = config.as_dict()
        for name, kind in INPUTS.items():
            if name not in {one["name"] for one in written["input"]}:
                config.add_input(
                    {"name": name, "data_type": kind, "dims": [1], "optional": name != "text_input"}
                )
        if "text_output" not in {one["name"] for one in written["output"]}:
            config.add_output({"name": "text_output", "data_type": "TYPE_STRING", "dims": [-1]})
        config.set_model_transaction_policy({"decoupled": True})
        config.set_max_batch_size(0)
        return config

    def initialize(self, args):
        """Refuses what the real backend of 25.06 refuses before vLLM begins, in its words."""
        config = json.loads(args["model_config"])
        for name in ("ENABLE_VLLM_HEALTH_CHECK", "REPORT_CUSTOM_METRICS"):
            if name in config["parameters"]:
                config["parameters"][name]["string_value"].lower()
        policy = "vLLM Triton backend must be configured to use decoupled model transaction policy"
        assert pb_utils.using_decoupled_model_transaction_policy(config), policy
        folder = Path(args["model_repository"], args["model_version"])
        missing = f"'model.json' containing vllm engine args must be provided in '{folder}'"
        assert (folder / "model.json").is_file(), missing
        settings = json.loads((folder / "model.json").read_text(encoding="ascii"))
        if (
            int(settings.get("tensor_parallel_size", 1)) > 1
            and args["model_instance_kind"] == "GPU"
        ):
            raise ValueError(
                "KIND_GPU is currently for single-GPU models, please specify KIND_MODEL "
                "in the model's config.pbtxt for multi-GPU models"
            )
        if str(settings.get("enable_lora")).lower() == "true":
            self.adapters(folder / "multi_lora.json")
        self.start(**settings)

    def adapters(self, path):
        if not path.is_file():
            raise FileNotFoundError(f"Triton backend cannot find {path}.")
        list(json.loads(path.read_text(encoding="ascii")).keys())

    def start(self, **settings):
        """Where the real one makes vLLM's AsyncEngineArgs, which knows the names and the values."""
        pb_utils.Logger.log_info(f"stand-in for vLLM serves {settings.get('model')}")

    def execute(self, requests):
        for request in requests:
            self.answer(request)

    def answer(self, request):
        sender = request.get_response_sender()
        if self.value(request, "stream", False):
            for word in (*WORDS, ""):
                sender.send(self.response(word))
        else:
            text = self.value(request, "text_input", b"").decode()
            hidden = self.value(request, "exclude_input_in_output", False)
            sender.send(self.response(("" if hidden else text) + "".join(WORDS)))
        sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)

    def value(self, request, name, default):
        tensor = pb_utils.get_input_tensor_by_name(request, name)
        return default if tensor is None else tensor.as_numpy().reshape(-1)[0]

    def response(self, text):
        output = pb_utils.Tensor("text_output", np.array([text.encode()], dtype=object))
        return pb_utils.InferenceResponse(output_tensors=[output])
