"""triton-doctor: finds out why vLLM in NVIDIA Triton does not start in Docker."""

__version__ = "0.1.0"
