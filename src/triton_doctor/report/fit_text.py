"""An estimate of memory for a reader: the verdict, the card as a bar with its parts in words
beside it, and what would make it fit."""

from __future__ import annotations

import json
from collections.abc import Iterator

from triton_doctor.fitting.changes import Change
from triton_doctor.fitting.engine import version
from triton_doctor.fitting.estimate import BARRED, Estimate
from triton_doctor.fitting.fitted import Fitted
from triton_doctor.fitting.parameters import parameters
from triton_doctor.knowledge.house import Phrases
from triton_doctor.lines import Line, Piece, line, paragraph
from triton_doctor.record import Record
from triton_doctor.redact import clean

_STYLE = {"fits": "ok", "near": "warning", "short": "error", "unknown": "unclear"}
# A sign and a style for each part, in the order of the bar; the words tell them apart as well.
_DRAWN = ("█", "▓", "▒", "░", "·")
_ASCII = ("#", "=", "+", ":", ".")
_COLOURS = ("command", "warning", "note", "ok", "dim")
_BAR = 60
_HANG = 20  # columns before the words of a part
GIB = 2**30
_TOLD = GIB // 20  # a smaller error would read as nought


class FitText(Record, frozen=True):
    """width: columns; drawn: the stream has signs to draw with."""

    say: Phrases
    width: int
    drawn: bool

    def fitted(self, one: Fitted) -> Iterator[Line]:
        """Everything about one model."""
        found = one.estimate
        yield from self._heading(one)
        yield Line()
        yield from paragraph(
            self._verdict(found, one.question.cards), self.width, style=_STYLE[found.verdict]
        )
        yield from self._started(one)
        for reason in found.reasons:
            values = self._about(reason, one)
            key = "unseen" if reason == "config" and one.trouble else reason
            yield from paragraph(self.say("fit", f"reason-{key}", **values), self.width, indent=2)
        if one.near:
            names = ", ".join(clean(name) for name in one.near)
            yield from paragraph(self.say("fit", "near-names", names=names), self.width, indent=2)
        if found.verdict == "unknown":
            return
        yield Line()
        yield from self._parts(found)
        yield Line()
        yield from self._notes(one)
        yield from self._changes(one)
        yield from self.compared(one)

    def _about(self, reason: str, one: Fitted) -> dict[str, str]:
        """What the words of a reason speak of."""
        if reason == "shared":
            named = {"engines": str(one.engines), "name": clean(one.name)}
            return {**named, "shares": f"{one.shares:g}"}
        if reason == "refused":
            pairs = [f'"{key}": {json.dumps(value)}' for key, value in one.estimate.refused.items()]
            return {"settings": clean(", ".join(pairs))}
        if reason == "config":
            return {"why": clean(one.trouble)} if one.trouble else {}
        asked = {"quantization": clean(str(one.question.asked.get("quantization")))}
        return asked if reason == "quantization" else {}

    def _heading(self, one: Fitted) -> Iterator[Line]:
        found, count = one.estimate, one.estimate.engine.gpus
        key = "heading-several" if count > 1 else "heading"
        key = "heading-mixed" if one.question.largest else key
        values = {"name": clean(one.name), "card": clean(found.card.name), "count": count}
        text = self.say("fit", key, vllm=dotted(found.engine.vllm), **values)
        yield from paragraph(text, self.width, style="strong")
        if "config" in found.reasons:
            return
        stored, counted = one.question.stored, parameters(found.model).total
        number = sum(stored.values()) if stored and not found.model.quantized else counted
        kind = clean(found.model.name) or self.say("fit", "no-kind")
        about = {"kind": kind, "source": self.say("fit", one.source)}
        if number and found.verdict != "unknown":
            text = self.say("fit", "about", parameters=_short(number), **about)
        else:
            text = self.say("fit", "about-bare", **about)
        yield from paragraph(text, self.width, style="dim")

    def _verdict(self, found: Estimate, cards: int) -> str:
        if found.verdict == "fits":
            values = {"requests": self._requests(found), "length": f"{found.engine.length:,}"}
            return self.say("fit", "fits", **values)
        key: str = found.verdict
        if key == "near" and found.limit in ("graphs", "busy"):
            key = f"near-{found.limit}"
        if key == "short":
            key = f"short-{found.limit}"
        if found.limit == "gpus":
            return self.say("fit", key, wanted=found.engine.gpus, seen=cards)
        if found.limit == "capability" and found.card.capability:
            has = "{}.{}".format(*found.card.capability)
            return self.say("fit", key, card=clean(found.card.name), has=has)
        if found.limit == "heads":
            return self.say("fit", key, heads=found.model.heads, size=found.engine.tensor)
        parts = found.weights + found.activation + found.elsewhere
        free = found.card.total if found.card.free is None else found.card.free
        return self.say(
            "fit",
            key,
            free=gib(max(0, free - found.context.bytes)),
            budget=gib(found.engine.fixed or found.budget),
            parts=gib(parts.bytes + found.engine.fixed),
            need=gib(found.need),
            room=gib(max(0, found.room.bytes)),
            length=f"{found.engine.length:,}",
        )

    def _requests(self, found: Estimate) -> str:
        count = min(found.concurrency, found.engine.seqs)
        shown = f"{count:,.1f}" if count < 10 else f"{int(count):,}"
        return self.say("fit", "request" if shown == "1.0" else "requests", count=shown)

    def _parts(self, found: Estimate) -> Iterator[Line]:
        """The bar, and a line for each part of it; with the words alone nothing is lost."""
        yield line(self.say("fit", "title-bar", total=gib(found.card.total)), style="dim")
        parts = self._listed(found)
        signs = _DRAWN if self.drawn else _ASCII
        yield _bar([size for size, _, _ in parts], found.card.total, self.width, signs)
        for (size, error, words), sign, colour in zip(parts, signs, _COLOURS, strict=True):
            more = f"±{error / GIB:.1f}" if error >= _TOLD else ""
            head = Piece(f"  {sign} ", colour), Piece(f"{gib(max(0, size)):>9} {more:<5} ")
            first, *others = list(paragraph(words, max(20, self.width - _HANG))) or [Line()]
            yield Line((*head, *first.pieces))
            for other in others:
                yield Line((Piece(" " * _HANG), *other.pieces))

    def _listed(self, found: Estimate) -> list[tuple[int, int, str]]:
        """Bytes, error and words of each part."""
        say, asked = self.say, found.engine
        working = found.activation + found.elsewhere
        steps = say("fit", "working", batched=f"{asked.batched:,}", seqs=f"{asked.seqs:,}")
        room = min(max(0, found.room.bytes), found.card.total)
        state = any(one.kind == "state" for one in found.model.layers)
        key, token = "cache-state" if state else "cache", _small(found.token)
        cache = say("fit", key, tokens=f"{found.tokens:,}", token=token)
        taken = found.weights.bytes + working.bytes + found.graphs.bytes + room
        graphs = "graphs" if found.inside else "graphs-outside"
        rest = say("fit", "rest", share=f"{asked.share:g}")
        return [
            (found.weights.bytes, found.weights.error, say("fit", "weights")),
            (working.bytes, working.error, steps),
            (found.graphs.bytes, found.graphs.error, say("fit", graphs)),
            (room, found.room.error, cache),
            (found.card.total - taken, 0, rest),
        ]

    def _notes(self, one: Fitted) -> Iterator[Line]:
        found = one.estimate
        error = gib(found.room.error)
        yield from paragraph(self.say("fit", "sound-error", error=error), self.width)
        if found.printed > found.tokens * 1.01 and found.tokens:
            text = self.say("fit", "printed", printed=f"{found.printed:,}")
            yield from paragraph(text, self.width)
        if one.settings:
            yield from paragraph(self.say("fit", "settings", file=clean(one.settings)), self.width)
        if one.question.cards > found.engine.gpus:
            values = {"cards": one.question.cards, "taken": found.engine.gpus}
            yield from paragraph(self.say("fit", "first-cards", **values), self.width)
        key, newest = f"version-{one.version_by}", version(None)
        if found.engine.vllm > newest:
            key = "version-newer"
        names = {"image": clean(one.image), "newest": dotted(newest)}
        if key in ("version-image", "version-newest", "version-newer"):
            text = self.say("fit", key, vllm=dotted(found.engine.vllm), **names)
            yield from paragraph(text, self.width)

    def _started(self, one: Fitted) -> Iterator[Line]:
        """Whose defaults all the figures rest on, and what those of the other starter come to."""
        if one.other is None or one.estimate.limit in BARRED:
            return
        for key, found in (("this", one.estimate), ("that", one.other)):
            text = self.say(
                "fit",
                f"{key}-{found.engine.starter}",
                batched=f"{found.engine.batched:,}",
                seqs=f"{found.engine.seqs:,}",
                cache=gib(max(0, found.room.bytes)),
                error=f"{found.room.error / GIB:.1f}",
                tokens=f"{found.tokens:,}",
                verdict=self.say("fit", f"then-{found.verdict}"),
                requests=self._requests(found),
            )
            yield from paragraph(text, self.width, indent=2)

    def _changes(self, one: Fitted) -> Iterator[Line]:
        if one.estimate.verdict == "fits":
            return
        yield Line()
        if one.changes:
            yield from paragraph(self.say("fit", "change"), self.width, style="strong")
        else:
            yield from paragraph(self.say("fit", "no-change"), self.width)
        for change in one.changes:
            yield from self._change(change, one.estimate)
        if one.unasked:
            yield from paragraph(self.say("fit", "unasked", why=one.unasked), self.width)

    def _change(self, change: Change, before: Estimate) -> Iterator[Line]:
        values = ", ".join(f'"{key}": {json.dumps(value)}' for key, value in change.values.items())
        yield line(values, indent=4, style="command")
        key = {"cache": "eight"}.get(change.kind, change.kind)
        if change.kind == "share" and change.estimate.engine.share < before.engine.share:
            key = "share-less"
        if change.kind == "spread" and before.limit in ("gpus", "heads"):
            key = "spread-other"
        after = {
            "requests": self._requests(change.estimate),
            "length": f"{change.estimate.engine.length:,}",
        }
        about, quantized = {}, change.estimate.model.quantized
        if change.kind == "checkpoint" and quantized:
            size = gib(change.estimate.weights.bytes)
            about = {"method": clean(quantized.method), "weights": size}
        words = f"{self.say('fit', key, **about)}; {self.say('fit', 'after', **after)}"
        yield from paragraph(words, self.width, indent=6)

    def compared(self, one: Fitted) -> Iterator[Line]:
        """The estimate beside vLLM's own figures."""
        told, found = one.logged, one.estimate
        if told is None:
            return
        graphs = told.estimated if told.graphs is None else told.graphs
        pairs = [
            ("weights", found.weights.bytes, told.weights),
            ("activation", found.activation.bytes, told.activation),
            ("elsewhere", found.elsewhere.bytes, told.elsewhere),
            ("graphs", found.graphs.bytes, graphs),
            ("room", found.room.bytes, told.room),
        ]
        yield Line()
        yield self._row("what", "foreseen", "logged", style="strong")
        for key, foreseen, logged in pairs:
            if logged is not None:
                yield self._figures(f"row-{key}", gib(foreseen), gib(logged))
        tokens = told.tokens or (told.blocks or 0) * found.block
        if tokens:
            yield self._figures("row-tokens", f"{found.printed:,}", f"{tokens:,}")
        if told.concurrency is not None:
            row = f"{found.concurrency:.2f}", f"{told.concurrency:.2f}"
            yield self._figures("row-concurrency", *row)

    def _row(self, *keys: str, style: str = "") -> Line:
        texts = [self.say("fit", f"compare-{key}") for key in keys]
        return line(_columns(*texts), style=style)

    def _figures(self, key: str, foreseen: str, logged: str) -> Line:
        return line(_columns("  " + self.say("fit", key), foreseen, logged))


def dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in numbers)


def _columns(what: str, foreseen: str, logged: str) -> str:
    return f"{what:<24}{foreseen:>14}{logged:>14}"


def _bar(sizes: list[int], total: int, width: int, signs: tuple[str, ...]) -> Line:
    """One sign for each part, as long as the part is of the whole; none that is there is lost."""
    room = min(_BAR, width - 4)
    pieces, used = [Piece("  ")], 0
    for place, (size, sign, colour) in enumerate(zip(sizes, signs, _COLOURS, strict=True)):
        last = place == len(sizes) - 1
        share = max(0, size) / max(total, 1)
        count = room - used if last else min(room - used, max(round(room * share), size > 0))
        pieces.append(Piece(sign * max(0, count), colour))
        used += max(0, count)
    return Line(tuple(pieces), whole=True)


def gib(count: int) -> str:
    """Always in GiB, so that a column of them can be compared."""
    return f"{count / GIB:.1f} GiB"


def _short(count: int) -> str:
    """`8.0 billion`, as models are called."""
    for size, word in ((10**12, "T"), (10**9, "B"), (10**6, "M")):
        if count >= size:
            return f"{count / size:.1f} {word}"
    return str(count)


def _small(count: int) -> str:
    return f"{count / 1024:.0f} KiB" if count >= 10 * 1024 else f"{count / 1024:.1f} KiB"
