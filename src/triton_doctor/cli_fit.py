"""The command `fit`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from triton_doctor.fitting.engine import Starter

# Settings of vLLM by their names in model.json, each an option of its own.
VALUES = (
    "max_model_len", "tensor_parallel_size", "pipeline_parallel_size", "gpu_memory_utilization",
    "kv_cache_dtype", "quantization", "dtype", "max_num_seqs", "max_num_batched_tokens",
    "enforce_eager",
)  # fmt: skip
_COUNT = click.IntRange(min=1)


def _of_vllm(command: Callable[..., Any]) -> Callable[..., Any]:
    """What model.json may set; an option here wins over the file."""
    options = [
        click.option("--max-model-len", type=_COUNT, metavar="TOKENS", help="Longest request."),
        click.option(
            "--tensor-parallel-size", type=_COUNT, metavar="N", help="GPUs to split over."
        ),
        click.option("--pipeline-parallel-size", type=_COUNT, metavar="N", help="Stages."),
        click.option(
            "--gpu-memory-utilization",
            type=click.FloatRange(min=0, max=1, min_open=True),
            metavar="SHARE",
            help="Share of each card that vLLM may take.",
        ),
        click.option("--kv-cache-dtype", metavar="TYPE", help="Of the KV cache: auto, fp8, ..."),
        click.option("--quantization", metavar="NAME", help="Quantize while loading: fp8, ..."),
        click.option("--dtype", metavar="TYPE", help="Of the weights: auto, half, ..."),
        click.option("--max-num-seqs", type=_COUNT, metavar="N", help="Requests in one step."),
        click.option(
            "--max-num-batched-tokens", type=_COUNT, metavar="N", help="Tokens in a step."
        ),
        click.option("--enforce-eager", is_flag=True, default=None, help="No CUDA graphs."),
        click.option(
            "--arg", "more", multiple=True, metavar="KEY=JSON", help="Any other key of model.json."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("model", required=False)
@click.option(
    "--gpu",
    "gpus_named",
    multiple=True,
    metavar="CARD",
    help='A card, such as "H100 80GB", "2x RTX 4090" or 24GiB; repeatable. [those of this machine]',
)
@_of_vllm
@click.option("--vllm", metavar="VERSION", help="Version of vLLM. [that of the image]")
@click.option(
    "--started-by",
    type=click.Choice(["triton", "program"]),
    help="Whose defaults the engine has: Triton's, or those of a program with AsyncLLM. [triton]",
)
@click.option("--image", metavar="IMAGE", help="Server image, for its version of vLLM.")
@click.option("--log", metavar="SOURCE", help="A log of vLLM, or a container, to compare with.")
@click.option("--repository", metavar="FOLDER", help="Model repository folder.")
@click.option("--gpus", metavar="GPUS", help="Of this machine's: all, or numbers as in 0,1.")
@click.option("--cache-volume", metavar="VOLUME", help="Volume for downloaded weights.")
@click.option("--offline", is_flag=True, default=None, help="Ask nothing of the Hub.")
@click.option("--fail-on", metavar="ON", help="Exit 1 from this severity on. [error]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--output", metavar="FILE", help="Write there instead of to the screen.")
@click.option("--lang", help="Language of the words.")
@click.option("--config", metavar="FILE", help="Settings file. [triton-doctor.toml]")
def fit(
    model: str | None,
    gpus_named: tuple[str, ...],
    more: tuple[str, ...],
    vllm: str | None,
    log: str | None,
    started_by: Starter | None,
    form: str,
    output: str | None,
    config: str | None,
    **options: Any,
) -> int:
    """Estimate whether a model fits into the GPU's memory.

    MODEL is a folder with config.json, an id of the Hub such as Qwen/Qwen3-8B, or a model of the
    repository; without it, the deployment's own. Needs no GPU with --gpu, and no network for files
    that are here. Exit codes: 0 it fits; 1 it does not; 2 wrong usage; 3 it cannot be told. A fit
    that is within its error of the limit is a warning (see --fail-on).
    """
    from triton_doctor.commands.fit import Asked
    from triton_doctor.commands.fit import fit as estimate
    from triton_doctor.commands.fit_values import values
    from triton_doctor.host.local import LocalHost
    from triton_doctor.settings import Layers

    given = values({name: options.pop(name) for name in VALUES}, more)
    asked = Asked(model, gpus_named, given, vllm, log, started_by, form, output)
    return estimate(LocalHost(), Layers(options, os.environ, config), asked)
