"""A STAND-IN for Triton's vLLM backend, which cannot be had here: it runs no model.

It takes what that backend takes (text_input, stream, sampling_parameters, ... and a model.json
beside the version), is decoupled as that one is, and answers a few fixed words. It runs inside the
image, on the image's own Python, numpy and Triton. A prompt `slowly`, `hang`, `die` or `mute` has
it answer so; it refuses sampling parameters and long prompts as the real one does.

A file stand_in.json beside model.json says what else it plays, so that a test can have it say, wait
and fail as vLLM does: {"load": [STEP, ...], "answer": [STEP, ...]}, see `Part`.
"""

# mypy: ignore-errors

import hashlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import triton_python_backend_utils as pb_utils

WORDS = ("The", " doctor", " says", " hello")
NUMBERS = ("temperature", "top_p", "top_k", "max_tokens", "seed", "min_p")
PARAMETERS = (*NUMBERS, "stop", "n", "ignore_eos", "lora_name")
SLOWLY = (1, 1, 8, 0, 0)  # s before each word
LONGEST = 128  # words of a prompt
INPUTS = {
    "text_input": "TYPE_STRING",
    "stream": "TYPE_BOOL",
    "sampling_parameters": "TYPE_STRING",
    "exclude_input_in_output": "TYPE_BOOL",
}


class Part:
    """What stand_in.json may have it do, a step each: [VERB, VALUE]."""

    def __init__(self, folder):
        self.folder = folder

    def say(self, text):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def wait(self, seconds):
        time.sleep(seconds)

    def work(self, seconds):
        """Uses a quarter of a core, and says nothing."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            busy = time.process_time() + 0.02
            while time.process_time() < busy:
                sum(range(1000))
            time.sleep(0.06)

    def refuse(self, text):
        raise RuntimeError(text)

    def die(self):
        os._exit(1)

    def end(self, seconds):
        """The server is told to stop, so much later."""
        threading.Timer(seconds, os.kill, (1, signal.SIGTERM)).start()

    def only(self, digest):
        """What follows is played only as long as model.json has this SHA-256."""
        return hashlib.sha256((self.folder / "model.json").read_bytes()).hexdigest() != digest

    def below(self, size):
        """What follows is played only in a /dev/shm of fewer bytes."""
        room = os.statvfs("/dev/shm")
        return room.f_frsize * room.f_blocks >= size


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
        self.folder, self.part = folder, {}
        if (folder / "stand_in.json").is_file():
            self.part = json.loads((folder / "stand_in.json").read_text())
        self.start(**settings)

    def adapters(self, path):
        if not path.is_file():
            raise FileNotFoundError(f"Triton backend cannot find {path}.")
        list(json.loads(path.read_text(encoding="ascii")).keys())

    def start(self, **settings):
        """Where the real one makes vLLM's AsyncEngineArgs, which knows the names and the values."""
        self.play(self.part.get("load", ()))
        pb_utils.Logger.log_info(f"stand-in for vLLM serves {settings.get('model')}")

    def play(self, steps):
        for verb, *given in steps:
            if getattr(Part(self.folder), verb)(*given):
                return

    def execute(self, requests):
        for request in requests:
            self.answer(request)

    def answer(self, request):
        self.play(self.part.get("answer", ()))
        sender = request.get_response_sender()
        text = self.value(request, "text_input", b"").decode()
        refusal = self.refusal(request, text)
        if refusal:
            error = pb_utils.TritonError(f"Error generating stream: {refusal}")
            sender.send(pb_utils.InferenceResponse(error=error))
        elif self.value(request, "stream", False):
            for word in self.words(text):
                sender.send(self.response(word))
        else:
            hidden = self.value(request, "exclude_input_in_output", False)
            sender.send(self.response(("" if hidden else text) + "".join(self.words(text))))
        sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)

    def refusal(self, request, text):
        """What the real one says; bad parameters it logs, and tells the client something else."""
        given = json.loads(self.value(request, "sampling_parameters", b"{}"))
        bad = [f"Unexpected keyword argument '{name}'" for name in given if name not in PARAMETERS]
        bad += [
            f"{name} must be a number, got {given[name]!r}."
            for name in NUMBERS
            if name in given and not isinstance(given[name], int | float)
        ]
        if bad:
            words = "[vllm] Was trying to create `TritonSamplingParams`, but got exception: "
            pb_utils.Logger.log_error(words + bad[0])
            return "'NoneType' object has no attribute 'lora_name'"
        length = len(text.split())
        longer = f"is longer than the maximum model length of {LONGEST}"
        return f"The decoder prompt (length {length}) {longer}." if length > LONGEST else ""

    def words(self, text):
        if text == "hang":
            time.sleep(3600)
        if text == "mute":
            return
        for number, word in enumerate((*WORDS, "")):
            if text == "die" and number == 2:
                os._exit(1)
            if text == "slowly":
                time.sleep(SLOWLY[number])
            yield word
            if text == "slowly":  # for a test that waits for a word
                pb_utils.Logger.log_info(f"stand-in said{word}")

    def value(self, request, name, default):
        tensor = pb_utils.get_input_tensor_by_name(request, name)
        return default if tensor is None else tensor.as_numpy().reshape(-1)[0]

    def response(self, text):
        output = pb_utils.Tensor("text_output", np.array([text.encode()], dtype=object))
        return pb_utils.InferenceResponse(output_tensors=[output])
