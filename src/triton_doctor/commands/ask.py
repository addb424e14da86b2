"""`ask`: a question to a running server, its answer as it comes, and why there is none."""

from __future__ import annotations

import os
import sys
from contextlib import closing, suppress
from urllib.parse import urlsplit

from triton_doctor.commands.ask_request import Waits, stream
from triton_doctor.commands.ask_words import Teller
from triton_doctor.context import Context
from triton_doctor.deployment import ALL_MODELS, Deployment, Settings
from triton_doctor.errors import UsageError
from triton_doctor.host.protocol import Host
from triton_doctor.interrupts import taken
from triton_doctor.knowledge.house import phrases
from triton_doctor.launching.asking import Answered, Sampling, address, body, server_url
from triton_doctor.launching.curl import curl_line
from triton_doctor.launching.proxies import catching
from triton_doctor.probes.shell import shell
from triton_doctor.record import Record
from triton_doctor.report.verdict import FOUND, HEALTHY, INTERRUPTED
from triton_doctor.values import Unfit

__all__ = ["Asked", "ask", "stream"]
STDIN = "-"


class Asked(Record, frozen=True):
    """prompt: `-` or None reads standard input; url: of the server, else localhost and the
    deployment's port; timeout: s without a word; streamed: as it comes, else in one piece; show:
    the request is shown and not made; form: text or json."""

    prompt: str | None
    sampling: Sampling
    url: str | None = None
    timeout: float = 120.0
    streamed: bool = True
    show: bool = False
    form: str = "text"


def ask(host: Host, deployment: Deployment, settings: Settings, asked: Asked) -> int:
    """The exit code: 0 answered, 1 not, and why. UsageError for what cannot be asked."""
    prompt, url = _prompt(asked.prompt), _url(asked.url, deployment)
    with closing(host):
        context = Context(host, deployment, settings)
        model = _model(deployment)
        if asked.show:
            return _show(context, url, model, prompt, asked)
        teller = Teller(phrases(settings.lang), quiet=asked.form == "json")
        try:
            waits = Waits(asked.timeout, teller.waiting)
            answered = stream(
                url, model, prompt, asked.sampling, teller.word, waits, asked.streamed
            )
        except KeyboardInterrupt:
            taken()
            teller.stopped()
            return INTERRUPTED
        except BrokenPipeError:  # the reader has seen enough, as `| head` does
            _no_more_output()
            return HEALTHY
        return _told(teller, answered, context, host, (url, model), asked)


def _told(
    teller: Teller,
    answered: Answered,
    context: Context,
    host: Host,
    where: tuple[str, str],
    asked: Asked,
) -> int:
    """Say how long it took, or why it failed; the exit code."""
    from triton_doctor.commands.ask_json import answer_as_json

    url, model = where
    teller.end(answered, asked.sampling.max_tokens)
    code, explained = HEALTHY, None
    if answered.failure:
        from triton_doctor.commands.ask_failure import explain

        code = FOUND
        with teller.looking():
            explained = explain(answered.failure, url, model, context, host)
        teller.explained(explained)
    hosted = urlsplit(url).hostname or ""
    proxy = catching(hosted, os.environ)
    if proxy:
        teller.proxy(proxy, hosted)
    if asked.form == "json":
        findings = explained.findings if explained else ()
        sys.stdout.write(answer_as_json(answered, code, url, model, findings))
    return code


def _show(context: Context, url: str, model: str, prompt: str, asked: Asked) -> int:
    seen = context.known(shell)
    kind = seen.kind if seen else "posix"
    direct = bool(catching(urlsplit(url).hostname or "", os.environ))
    request = body(prompt, asked.sampling, stream=asked.streamed)
    place = address(url, model, stream=asked.streamed)
    line = curl_line(place, request, kind, direct=direct)
    try:
        line.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        line = curl_line(place, request, kind, direct=direct, plain=True)
    sys.stdout.write(line + "\n")
    return HEALTHY


def _prompt(given: str | None) -> str:
    if given is None and sys.stdin.isatty():
        raise UsageError(
            "nothing to ask", where="ask", hint='Say it:  triton-doctor ask "What is Triton?"'
        )
    text = given
    if given is None or given == STDIN:
        try:
            text = sys.stdin.buffer.read().decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            raise UsageError(
                f"is not UTF-8 (byte {error.start})", where="standard input", hint="Recode it."
            ) from None
    text = text or ""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise UsageError("is not UTF-8", where="the prompt", hint="Give it on standard input.")
    if not text.strip():
        raise UsageError("the prompt is empty", where="ask")
    return text


def _url(given: str | None, deployment: Deployment) -> str:
    try:
        return server_url(given or f"http://localhost:{deployment.http_port}")
    except Unfit as unfit:
        raise UsageError(str(unfit), where=f"--url {given}") from None


def _model(deployment: Deployment) -> str:
    """The first model of the deployment."""
    name = deployment.model[0]
    if name == ALL_MODELS:
        raise UsageError("which model is to be asked?", where="ask", hint="Name it with --model.")
    return name


def _no_more_output() -> None:
    """Python flushes its outputs at the end, and would find the pipe broken again."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
