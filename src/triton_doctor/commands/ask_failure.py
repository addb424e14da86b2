"""Why a request failed: its failure, and a look at server and container, put into words."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from triton_doctor.commands.ask_server import Server
from triton_doctor.commands.log_reading import read_text
from triton_doctor.context import Context
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge import wording
from triton_doctor.knowledge.house import phrases
from triton_doctor.launching import replies
from triton_doctor.launching.asking import Failure
from triton_doctor.launching.proxies import is_loopback
from triton_doctor.model import Finding, Found
from triton_doctor.record import Record
from triton_doctor.redact import clean
from triton_doctor.registry import load_catalogue

SHOWN = 12  # models of the server that are listed


class Explained(Record, frozen=True):
    """findings: the cause first; said: what else is worth a sentence."""

    findings: tuple[Finding, ...]
    said: tuple[str, ...] = ()


def explain(failure: Failure, url: str, model: str, context: Context, host: Host) -> Explained:
    """Name the problem behind a failure. It asks the server and the engine what they know."""
    return _Explaining(failure, Server(url, model, context, host), context).explained()


class _Explaining:
    def __init__(self, failure: Failure, server: Server, context: Context) -> None:
        self._failure, self._server = failure, server
        self._deployment = context.deployment
        self._say = phrases(context.settings.lang)
        self._catalogue = load_catalogue(context.settings.lang).catalogue
        self._said: list[str] = []
        self._local = is_loopback(urlsplit(server.url).hostname or "")

    def explained(self) -> Explained:
        findings = [one if isinstance(one, Finding) else self._words(one) for one in self._found()]
        return Explained(tuple(findings), tuple(dict.fromkeys(self._said)))

    def _words(self, found: Found) -> Finding:
        return wording.finding(found, "request", self._catalogue)

    def _found(self) -> Iterator[Found | Finding]:
        kind = self._failure.kind
        if kind in ("refused", "lost"):
            yield from self._nobody()
        elif kind in ("unresolved", "unreachable", "silent", "certificate"):
            yield self._one("unreachable", case=kind if kind != "unreachable" else None, error=True)
        elif kind == "strange":
            grpc = urlsplit(self._server.url).port == self._deployment.grpc_port
            yield self._stranger(replies.protocol(self._failure.text, grpc))
        elif kind == "elsewhere":
            yield self._one("redirected", to=self._failure.to or "?")
        elif kind == "error" and not replies.is_no_place(self._failure.text):
            yield from self._refused(clean(self._failure.text))
        elif kind in ("error", "status", "junk"):
            yield from self._not_tritons()
        else:
            yield from self._no_words()

    # ---- nobody there ---------------------------------------------------------------------

    def _nobody(self) -> Iterator[Found | Finding]:
        if not self._local:
            yield self._refusal(None)
            return
        look = self._server.container()
        self._said += look.doubts
        yield from look.findings
        case = {"": None, "none": "absent", "running": "loading"}.get(look.state, "ended")
        if look.unpublished:
            case = None
        elif look.answers_at:
            same = look.answers_at.rpartition(":")[2] == str(urlsplit(self._server.url).port)
            key, case = ("now-there", case) if same else ("other-port", "other-port")
            self._note(key, container=self._deployment.name, address=look.answers_at)
        if look.others:
            self._note("others", containers=", ".join(look.others))
        yield self._refusal(case)

    def _refusal(self, case: str | None) -> Found:
        return self._one("connection-refused", case=case, container=self._deployment.name)

    # ---- somebody else ---------------------------------------------------------------------

    def _not_tritons(self) -> Iterator[Found | Finding]:
        failure, whose = self._failure, self._server.whose()
        if whose != "triton":
            cases = {"openai": "openai", "metrics": "metrics"}
            gateway = "proxy" if failure.status in (401, 403, 407, 413, 502, 503, 504) else None
            yield self._stranger(cases.get(whose, gateway))
        elif failure.kind != "junk" and failure.status in (404, 405):
            error = f"{failure.status} {failure.text or replies.first_words(failure.body)}".strip()
            yield Found("wrong-endpoint", {"error": error}, self._server.place, case="path")
        elif failure.kind == "status":
            yield from self._refused(
                f"{failure.status} {replies.first_words(failure.body)}".strip()
            )
        else:
            evidence = (replies.first_words(failure.body, 300),)
            yield Found(
                "unreadable-answer", {"model": self._server.model}, self._server.place, evidence
            )

    def _stranger(self, case: str | None) -> Found:
        failure = self._failure
        words = replies.first_words(failure.body) or failure.text
        program = f"HTTP {failure.status} {words}".strip() if failure.status else words
        where = urlsplit(self._server.url).netloc
        values = {"address": where, "program": program[:120]}
        return Found("other-program", values, self._server.place, case=case)

    # ---- the server says why ----------------------------------------------------------------

    def _refused(self, error: str) -> Iterator[Found | Finding]:
        if replies.is_dead(error):
            yield from self._dead(error)
        elif replies.is_sampling(error):
            yield self._sampling(error)
        elif replies.is_not_ready(error):
            yield self._not_ready(error)
        else:
            yield self._known(error) or Found("refused", {"error": error}, self._server.place)

    def _dead(self, error: str) -> Iterator[Found | Finding]:
        values = {"model": self._server.model, "error": error}
        yield from self._server.causes() if self._local else ()
        yield Found("engine/crashed", values, self._server.place)

    def _sampling(self, error: str) -> Found:
        reason = clean(replies.sampling_reason(self._server.log_end())) if self._local else ""
        near = replies.near_field(reason)
        if near:
            self._note("near-field", near=near)
        if not reason:
            values = {"error": error}
            return Found("bad-input", values, self._server.place, case="sampling-untold")
        return Found("bad-input", {"error": reason}, self._server.place, (error,), "sampling")

    def _not_ready(self, error: str) -> Found:
        known = self._server.models()
        near = replies.near_model(self._server.model, known)
        if near and all(one.name != self._server.model for one in known):
            self._note("near-model", near=near)
        lines = [f"{one.name}  {one.state or '-'}  {one.reason}".strip() for one in known[:SHOWN]]
        return Found("model-not-ready", {"error": error}, self._server.place, tuple(lines))

    def _known(self, error: str) -> Found | None:
        """The problem that the signatures of logs see in a refusal."""
        told = read_text(error).cause
        if told is None:
            return None
        values = {"model": self._server.model, "container": self._deployment.name, **told.values}
        return Found(told.problem, values, self._server.place, (error,), told.case, from_log=True)

    # ---- no words ---------------------------------------------------------------------------

    def _no_words(self) -> Iterator[Found | Finding]:
        kind, failure = self._failure.kind, self._failure
        if kind == "empty":
            yield Found("empty-answer", {"model": self._server.model}, self._server.place)
            return
        if self._local:
            look = self._server.container()
            self._said += look.doubts
            yield from look.findings
        if kind == "slow":
            values = {"model": self._server.model, "seconds": f"{failure.seconds:.0f}"}
            yield Found("no-answer", values, self._server.place)
        else:
            silence = self._say("ask", "silence", seconds=f"{failure.seconds:.0f}")
            yield self._one("broken-off", error=failure.text or silence)

    def _one(self, problem: str, *, case: str | None = None, **values: object) -> Found:
        """A finding about the server's address. error=True: the system's own sentence."""
        if values.get("error") is True:
            values["error"] = clean(self._failure.text)
        where = urlsplit(self._server.url).netloc
        return Found(problem, {"address": where, **values}, self._server.place, case=case)

    def _note(self, key: str, **values: object) -> None:
        self._said.append(self._say("ask", key, **values))
