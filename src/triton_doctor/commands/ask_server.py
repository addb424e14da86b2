"""What server and container know of a request that failed. Nothing here raises: it may be gone."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urljoin

from triton_doctor.commands.examine import examine, read_log
from triton_doctor.context import Context, asking
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import DockerTrouble, Host, HttpReply
from triton_doctor.launching import replies
from triton_doctor.launching.replies import Model, Whose
from triton_doctor.model import Finding
from triton_doctor.probes.containers import containers
from triton_doctor.probes.docker_engine import connected
from triton_doctor.probes.launched import launches
from triton_doctor.probes.serving import serving
from triton_doctor.record import Record, replace

TIMEOUT = 3.0  # s for each question to the server
TAIL = 200  # lines of the log that a refusal is looked for in


class Look(Record, frozen=True):
    """The deployment's container. state: as the engine has it, `none`, or empty where it could not
    be asked; answers_at: the address at which it does answer; unpublished: no port leads to it;
    others: containers that publish the port or bear tritonserver's name."""

    state: str
    findings: tuple[Finding, ...] = ()
    doubts: tuple[str, ...] = ()
    answers_at: str = ""
    unpublished: bool = False
    others: tuple[str, ...] = ()


class Server(Record, frozen=True):
    """url: of the server; model: the one that was asked."""

    url: str
    model: str
    context: Context
    host: Host

    @property
    def place(self) -> str:
        return f"{self.url}/v2/models/{self.model}"

    def whose(self) -> Whose:
        """Which program answers at the address."""
        told = self._get("/v2")
        if told is None:
            return "nobody"
        root = self._get("/v2", root=True)  # what stands behind the port may be too much
        if any(one and replies.is_triton(one.status, one.body) for one in (told, root)):
            return "triton"
        listed, metrics = self._get("/v1/models"), self._get("/metrics")
        if listed and replies.is_openai(listed.status, listed.body):
            return "openai"
        if metrics and replies.is_metrics(metrics.status, metrics.body):
            return "metrics"
        return "other"

    def models(self) -> list[Model]:
        told = self._get("/v2/repository/index", "POST")
        return replies.models(told.body) if told else []

    def log_end(self) -> str:
        """The last lines of the container's log; empty where they cannot be had."""
        with suppress(FactUnavailable, DockerTrouble):
            docker = connected(asking(self.context, self.host))
            if docker.inspect(self.context.deployment.name):
                data = docker.logs(self.context.deployment.name, TAIL)
                return data.decode("utf-8", "replace")
        return ""

    def causes(self) -> tuple[Finding, ...]:
        """What the container's log shows to be wrong, in the words of the check of launches."""
        from triton_doctor.commands.log_words import Wording
        from triton_doctor.registry import load_catalogue

        text = self.log_end()
        if not text:
            return ()
        deployment, settings = self.context.deployment, self.context.settings
        words = Wording(load_catalogue(settings.lang), deployment)
        report = words.report(deployment.name, read_log(text))
        roots = [one.finding for one in report.findings if one.told.role == "root-cause"]
        # An engine does not die of a request that was refused, and that may be long ago.
        aside = ("engine/crashed", "request/")
        return tuple(one for one in roots if not one.problem.startswith(aside))

    def container(self) -> Look:
        """By the same check that a plain run makes, with its words."""
        deployment = self.context.deployment
        wanted = {"select": ("launch",), "ignore": ("docker/name-conflict", "request")}
        settings = replace(self.context.settings, **wanted)
        context = Context(self.host, deployment, settings)
        report = examine(context)
        mine = (deployment.name, *self._addresses())
        findings = tuple(
            one
            for result in report.results
            for one in result.findings
            if result.check != "launch" or (one.where or "").startswith(mine)
        )
        doubts = tuple(doubt.reason for result in report.results for doubt in result.doubts)
        try:
            own, told = context.fact(launches).own, context.fact(serving)
        except FactUnavailable:
            return Look("", findings, doubts)
        return Look(
            state=own.state if own else "none",
            findings=findings,
            doubts=doubts,
            answers_at=told.address if own and not told.trouble else "",
            unpublished=told.trouble == "not-published",
            others=() if own else self._others(context),
        )

    def _addresses(self) -> tuple[str, ...]:
        return ("127.0.0.1", "localhost", "[::1]")

    def _others(self, context: Context) -> tuple[str, ...]:
        """Running containers that look like servers, by name."""
        with suppress(FactUnavailable):
            seen = context.fact(containers).seen
            return tuple(
                one.name
                for one in seen
                if one.state == "running"
                and ("triton" in one.image or any(port.inside == 8000 for port in one.published))
            )
        return ()

    def _get(self, path: str, method: str = "GET", *, root: bool = False) -> HttpReply | None:
        headers, body = (
            ({"Content-Type": "application/json"}, b"{}") if method == "POST" else ({}, None)
        )
        try:
            base = urljoin(self.url, "/").rstrip("/") if root else self.url
            return self.host.http(method, base + path, TIMEOUT, headers, body)
        except (OSError, ValueError):
            return None
