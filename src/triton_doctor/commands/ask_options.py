"""What was typed after `ask`, made into a question."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from triton_doctor.commands.ask import Asked, ask
from triton_doctor.errors import UsageError
from triton_doctor.host.protocol import Host
from triton_doctor.launching.asking import Sampling, parameter
from triton_doctor.settings import Layers
from triton_doctor.values import Unfit


def layers(options: Mapping[str, Any], environ: Mapping[str, str]) -> Layers:
    """The options that belong to the deployment; others have the same names as settings."""
    own = {name: options[name] for name in ("name", "http_port", "lang")}
    return Layers({**own, "model": options["model"]}, environ, options["config"])


def asked(host: Host, given: Layers, prompt: str | None, options: Mapping[str, Any]) -> int:
    """Ask; the exit code."""
    deployment, settings = given.resolve()
    sampling = _sampling(options)
    question = Asked(
        prompt=prompt,
        sampling=sampling,
        url=options["url"],
        timeout=options["timeout"],
        streamed=not options["no_stream"] and not _several(sampling),
        show=options["show_request"],
        form=options["form"],
    )
    return ask(host, deployment, settings, question)


def _sampling(options: Mapping[str, Any]) -> Sampling:
    for name in ("temperature", "top_p"):
        if options[name] is not None and not math.isfinite(options[name]):
            where = f"--{name.replace('_', '-')}"
            raise UsageError(f"expected a number, got {options[name]}", where=where)
    return Sampling(
        max_tokens=options["max_tokens"],
        temperature=options["temperature"],
        top_p=options["top_p"],
        top_k=options["top_k"],
        stop=options["stop"],
        seed=options["seed"],
        more=tuple(_parameter(one) for one in options["params"]),
    )


def _several(sampling: Sampling) -> bool:
    """Whether more than one answer is wanted: as they come, their pieces would be mixed."""
    wanted = dict(sampling.more).get("n", 1)
    return isinstance(wanted, int) and wanted > 1


def _parameter(text: str) -> tuple[str, Any]:
    try:
        return parameter(text)
    except Unfit as unfit:
        raise UsageError(str(unfit), where="--param") from None
