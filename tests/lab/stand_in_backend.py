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
    def auto_complete_config(auto_complete_model_config):
        for name, kind in INPUTS.items():
            auto_complete_model_config.add_input(
                {"name": name, "data_type": kind, "dims": [1], "optional": name != "text_input"}
            )
        auto_complete_model_config.add_output(
            {"name": "text_output", "data_type": "TYPE_STRING", "dims": [-1]}
        )
        auto_complete_model_config.set_model_transaction_policy({"decoupled": True})
        auto_complete_model_config.set_max_batch_size(0)
        return auto_complete_model_config

    def initialize(self, args):
        folder = Path(args["model_repository"], args["model_version"])
        settings = json.loads((folder / "model.json").read_text(encoding="ascii"))
        pb_utils.Logger.log_info(f"stand-in for vLLM serves {settings['model']}")

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
