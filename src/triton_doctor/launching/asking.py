"""A request to a model of Triton's vLLM backend: what goes out, and what can become of it. Pure.

Shapes from the backend's src/model.py and from Triton's docs/protocol/extension_generate.md.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from triton_doctor.record import Record
from triton_doctor.values import Unfit

MAX_TOKENS = 256  # vLLM's own default of 16 breaks most answers off in their first sentence
# Triton 2.44 came with 24.03, whose backend was the first to leave the prompt out of the answer and
# to send only what is new in each piece of a stream.
FIRST_NEW_TRITON = (2, 44)
# Fields of vLLM's SamplingParams (vllm/sampling_params.py), and the backend's own `lora_name`.
SAMPLING = (
    *("n", "best_of", "presence_penalty", "frequency_penalty", "repetition_penalty"),
    *("temperature", "top_p", "top_k", "min_p", "seed", "stop", "stop_token_ids"),
    *("ignore_eos", "max_tokens", "min_tokens", "logprobs", "prompt_logprobs", "detokenize"),
    *("skip_special_tokens", "spaces_between_special_tokens", "include_stop_str_in_output"),
    *("bad_words", "logit_bias", "allowed_token_ids", "truncate_prompt_tokens"),
    *("guided_decoding", "structured_outputs", "lora_name"),
)

Kind = Literal[
    "refused",  # nobody accepts the connection
    "lost",  # it was accepted, and dropped before any answer
    "unresolved",  # the host's name is unknown
    "unreachable",  # no way there
    "silent",  # no connection in time
    "certificate",  # TLS failed
    "strange",  # what came back is no HTTP
    "elsewhere",  # a redirect
    "slow",  # no word of an answer in time
    "stalled",  # words came, and then none any more
    "broken",  # the connection broke off among the words
    "error",  # an error in the server's own words
    "status",  # another status, without such words
    "junk",  # an answer that cannot be read
    "empty",  # an answer without a word
]


class Sampling(Record, frozen=True):
    """How vLLM is to answer; None leaves it to vLLM. more: further fields of SamplingParams."""

    max_tokens: int | None = MAX_TOKENS
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    more: tuple[tuple[str, Any], ...] = ()

    def fields(self) -> dict[str, Any]:
        named = {
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "top_k": self.top_k,
            "stop": list(self.stop) or None,
            "seed": self.seed,
        }
        return {
            **{key: value for key, value in named.items() if value is not None},
            **dict(self.more),
        }


class Failure(Record, frozen=True):
    """Why there is no answer, or not all of it.

    text: the server's or the system's own sentence, as it came; status: of HTTP, 0 = none; body:
    the beginning of an answer that is not Triton's; to: where a redirect leads; seconds: waited.
    """

    kind: Kind
    text: str = ""
    status: int = 0
    body: bytes = b""
    to: str = ""
    seconds: float = 0.0


class Answered(Record, frozen=True):
    """What became of a request. first_token_s: None, no word came; seconds: in all.

    tokens: as the server counted them, else pieces of the stream, which hold about one each;
    text: all that came, as the model wrote it. junk: pieces that could not be read. at_first:
    tokens that had come with the first word; streamed: it was asked for so.
    """

    first_token_s: float | None
    seconds: float
    text: str
    failure: Failure | None = None
    tokens: int = 0
    counted: bool = False
    junk: int = 0
    at_first: int = 1
    streamed: bool = True

    @property
    def per_second(self) -> float | None:
        """Tokens a second, once the first word was there; None where there are too few to tell.

        Several tokens may come with the first word, as when the bytes of a letter wait for its last
        one: when they were made is not known.
        """
        if not self.streamed:
            return self.tokens / self.seconds if self.tokens and self.seconds > 0 else None
        if self.first_token_s is None or self.tokens <= self.at_first:
            return None
        rest = self.seconds - self.first_token_s
        return (self.tokens - self.at_first) / rest if rest > 0 else None


def body(prompt: str, sampling: Sampling, *, stream: bool) -> dict[str, Any]:
    """The request's JSON.

    The sampling parameters are one text, since Triton takes no list or object as a parameter. They
    are always there: without them the backend would take any key it does not know for one.
    """
    request: dict[str, Any] = {"text_input": prompt, "stream": stream}
    if not stream:
        request["exclude_input_in_output"] = True  # a stream leaves the prompt out by itself
    request["return_num_output_tokens"] = True
    request["sampling_parameters"] = json.dumps(sampling.fields(), ensure_ascii=False)
    return request


def address(url: str, model: str, *, stream: bool) -> str:
    """Where the request goes to."""
    return f"{url}/v2/models/{quote(model, safe='')}/generate{'_stream' if stream else ''}"


def server_url(text: object) -> str:
    """A server's address as it is typed, made whole: `localhost:8000`, `http://host/path/`."""
    given = str(text).strip()
    given = (given if "://" in given else f"http://{given}").rstrip("/")
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise Unfit("expected an address such as http://localhost:8000") from None
    known = parts.scheme in ("http", "https") and parts.hostname and port != 0
    if not known or re.search(r"[\s\x00-\x1f\x7f]", given) or parts.query or parts.fragment:
        raise Unfit("expected an address such as http://localhost:8000")
    if parts.username is not None:
        raise Unfit("expected an address without a name and password: Triton asks for none")
    return given


def parameter(text: str) -> tuple[str, Any]:
    """KEY=JSON of --param."""
    key, sign, value = text.partition("=")
    if not key.strip() or not sign:
        raise Unfit(f"expected KEY=JSON, such as min_p=0.1, got {text!r}")
    try:
        return key.strip(), json.loads(value)
    except (ValueError, RecursionError):
        raise Unfit(
            f'expected JSON after {key}=, such as 0.1, true or "text", got {value!r}'
        ) from None


def is_old(version: str) -> bool:
    """Whether a Triton of this version repeats prompt and answer in each piece (before 24.03)."""
    match = re.match(r"(\d+)\.(\d+)", version)
    return match is not None and (int(match[1]), int(match[2])) < FIRST_NEW_TRITON
