"""Why the two disagree where they do: what is not said here is a fault of the doctor's."""

from __future__ import annotations

from tests.lab.verdicts.case import Case
from tests.lab.verdicts.compare import Doctor, Server

# Problems of vLLM's own, which the backend standing in for it in these tests does not have.
_OF_VLLM = {
    "repository/unknown-engine-argument": "vLLM refuses a name that it does not know; the"
    " backend that stands in for it here takes every name."
    " They are compared with vLLM's own classes elsewhere.",
    "token/model-not-found": "vLLM asks the Hub for the model and does not find it; the"
    " backend that stands in for it here loads none.",
}
_BY_TITLE = {
    "model_metrics, of later servers": "The doctor judges for the server of 25.06, which knows the"
    " field; the server here is of 24.10.",
    "1 MB of comments": "The doctor reads 256 KiB of a file at the most, and says so.",
    "1 MB of blanks": "The doctor reads 256 KiB of a file at the most, and says so.",
    "a letter in UTF-8": "The Python in this server reads the file as ASCII. Whether NVIDIA's own"
    " build does so was not seen, so it is a warning.",
    "a letter in UTF-8, in a name": "The server stops at the letter; the doctor counts it a warning"
    " and names the argument that vLLM would not know.",
    "in another script": "The Python in this server reads file names as ASCII. Whether NVIDIA's own"
    " build does so was not seen, so it is a warning.",
    "model.py with a slip": "The doctor runs no code of a model.",
    "model.py without the class": "The doctor runs no code of a model.",
    "no model.py": "The doctor judges the folders of models that vLLM serves, not those of others.",
    "model.python without config.pbtxt": "The doctor judges the folders of models that vLLM serves,"
    " not those of others.",
    "an agent that is not there": "Agents are libraries of the image, into which the doctor does"
    " not look.",
    "a trailing dot without config.pbtxt": "The server takes the name for one that ends in an empty"
    " platform; the doctor says that no backend is named, which is what is to be mended.",
}


def reason(case: Case, server: Server, ours: Doctor) -> str:
    """Empty where a disagreement was not foreseen."""
    if case.title in _BY_TITLE:
        return _BY_TITLE[case.title]
    if server.state == "ready" and ours.errors:
        return " ".join(_OF_VLLM[one] for one in sorted(ours.errors) if one in _OF_VLLM)
    return ""
