"""Whether a model fits: the parts of a card's memory, what is left, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from triton_doctor.fitting.amount import Amount
from triton_doctor.fitting.cache import Cache, cache
from triton_doctor.fitting.cards import Card
from triton_doctor.fitting.engine import Engine, Starter, engine
from triton_doctor.fitting.refused import refused, without_rule
from triton_doctor.fitting.shape import Model
from triton_doctor.fitting.weights import weights
from triton_doctor.fitting.working import activation, context, elsewhere, graphs
from triton_doctor.record import Record, replace

# The first three are no matter of memory.
Limit = Literal["", "gpus", "heads", "capability", "busy", "weights", "cache", "length", "graphs"]
BARRED = ("gpus", "heads", "capability")
Verdict = Literal["fits", "near", "short", "unknown"]


class Estimate(Record, frozen=True):
    """One GPU of those that the model is spread over. Bytes.

    verdict: near is within the error of the limit, on either side; limit: what is short, or near
    to it: gpus (fewer are there than are asked for), heads (they do not divide by
    tensor_parallel_size, which vLLM refuses), capability (the image's code does not run on the
    card), busy (the share is not free), weights (they do not go
    into the card), cache (nothing left for it), length (not enough for one request), graphs
    (captured later, beside the share).
    budget: what vLLM allows itself; room: what of that is left for the cache; need: of one request
    of full length; left: room less need. blocks: of the cache; tokens: that it holds; printed:
    tokens as vLLM's log has them; concurrency: requests of full length, as vLLM prints it.
    inside: the graphs are part of the budget. reasons: why nothing could be told;
    refused: settings that are of no use, by name.
    """

    verdict: Verdict
    model: Model
    engine: Engine
    card: Card
    limit: Limit = ""
    budget: int = 0
    weights: Amount = Amount()
    activation: Amount = Amount()
    elsewhere: Amount = Amount()
    graphs: Amount = Amount()
    context: Amount = Amount()
    inside: bool = False
    room: Amount = Amount()
    need: int = 0
    left: Amount = Amount()
    token: int = 0
    blocks: int = 0
    block: int = 0
    tokens: int = 0
    printed: int = 0
    concurrency: float = 0.0
    reasons: tuple[str, ...] = ()
    refused: Mapping[str, Any] = {}


class Question(Record, frozen=True):
    """A model, what model.json asks for, and a card like each of those that it is to go on.

    stored: elements by type, from the headers of the files; files: their bytes, where there are no
    headers; vllm: its version, None = the newest that is known; cards: how many there are; starter:
    who starts the engine, which decides two of its defaults; warm: what it compiles is there;
    largest: where the cards are not alike, the one with the most memory; least: compute capability
    that the image is made for, None = not known.
    """

    model: Model
    card: Card
    asked: Mapping[str, Any] = {}
    vllm: str | None = None
    stored: Mapping[str, int] | None = None
    files: int = 0
    cards: int = 1
    starter: Starter = "triton"
    warm: bool = False
    largest: Card | None = None
    least: tuple[int, int] | None = None

    def ask(self, **changes: Any) -> Estimate:
        """The estimate with some arguments of model.json changed."""
        values = {**self.asked, **changes}
        made = engine(values, self.model, self.largest or self.card, self.vllm, self.starter)
        return _estimate(self, values, replace(made, warm=self.warm))


def _estimate(question: Question, settings: Mapping[str, Any], asked: Engine) -> Estimate:
    model, card = question.model, question.card
    loaded = weights(model, asked, question.stored, question.files)
    bad, reasons = refused(settings), _reasons(question, settings, asked, loaded)
    if bad or reasons or loaded is None:
        reasons = ("refused",) if bad else reasons
        return Estimate("unknown", model, asked, card, reasons=reasons, refused=bad)
    captured, laid = graphs(model, asked), cache(model, asked)
    parts, inside = loaded + activation(model, asked) + elsewhere(asked), asked.since(0, 21)
    budget = int(card.total * asked.share)
    room = Amount(budget, int(card.error * asked.share)) - (parts + captured if inside else parts)
    if asked.fixed:
        room = Amount(asked.fixed)
    blocks = asked.blocks or max(0, room.bytes) // laid.page
    left = room - Amount(laid.need(asked.length))
    judged = _judged(asked, card, budget, parts, captured, room, left, inside)
    limit, verdict = _impossible(question, asked) or judged
    return Estimate(
        verdict=verdict,
        model=model,
        engine=asked,
        card=card,
        limit=limit,
        budget=budget,
        weights=loaded,
        activation=activation(model, asked),
        elsewhere=elsewhere(asked),
        graphs=captured,
        context=context(),
        inside=inside,
        room=room,
        need=laid.need(asked.length),
        left=left,
        token=laid.token,
        blocks=blocks,
        block=laid.block,
        tokens=_tokens(laid, blocks),
        printed=_printed(asked, laid, blocks),
        concurrency=blocks / max(1, laid.blocks(asked.length)),
    )


def _reasons(
    question: Question, settings: Mapping[str, Any], asked: Engine, loaded: Amount | None
) -> tuple[str, ...]:
    """Why nothing can be said, by name."""
    model = question.model
    others = tuple(without_rule(settings, model, question.stored, question.files))
    if model.unread or others:
        return model.unread or others
    if asked.guesses:
        return ("speculative",)
    if not asked.length:
        return ("length",)
    return ("weights",) if loaded is None else ()


def _impossible(question: Question, asked: Engine) -> tuple[Limit, Verdict] | None:
    """What no amount of memory helps."""
    if question.model.heads % asked.tensor:
        return "heads", "short"
    if asked.gpus > question.cards:
        return "gpus", "short"
    has, least = question.card.capability, question.least
    return ("capability", "short") if has and least and has < least else None


def _judged(
    asked: Engine,
    card: Card,
    budget: int,
    parts: Amount,
    captured: Amount,
    room: Amount,
    left: Amount,
    inside: bool,
) -> tuple[Limit, Verdict]:
    """The first limit that is passed for sure, else the first that may be."""
    free = Amount(card.total if card.free is None else card.free, card.error) - context()
    taken = parts + room if asked.fixed else Amount(budget)
    late = free - taken - (Amount() if inside else captured)
    checked = asked.v1 and not asked.fixed
    whole = Amount(card.total, card.error) - context() - parts
    if whole.bytes < -whole.error:  # no matter what else holds memory of it
        return "weights", "short"
    margins: list[tuple[Limit, Amount]] = [
        ("busy", free - taken if checked else Amount(1)),
        ("weights", free - (parts + Amount(asked.fixed))),
        ("cache", room),
        ("length", left),
    ]
    for limit, margin in margins:
        if margin.bytes < -margin.error:
            return limit, "short"
    for limit, margin in margins:
        if margin.bytes < margin.error:
            return limit, "near"
    return ("graphs", "near") if late.bytes < 0 else ("", "fits")


def _tokens(laid: Cache, blocks: int) -> int:
    """Tokens that the blocks hold where every group keeps each of them."""
    keeping = [one for one in laid.groups if one.kind != "state"]
    return blocks // max(1, len(laid.groups)) * laid.block if keeping else 0


def _printed(asked: Engine, laid: Cache, blocks: int) -> int:
    """`GPU KV cache size`: from 0.20 on requests of full length x that length."""
    if asked.v1 and asked.since(0, 20):
        return int(blocks / max(1, laid.blocks(asked.length)) * asked.length)
    return blocks // max(1, len(laid.groups)) * laid.block
