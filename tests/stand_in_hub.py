"""A STAND-IN for the Hugging Face Hub on loopback: a real server, which the real library asks.

Statuses, headers and bodies are those of the real Hub as it was observed in October 2026, or as its
clients' sources and issues have them; the sentence about a rejected request is not observed.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import trustme

REALM = 'Bearer realm="Authentication required", charset="UTF-8"'
LOGGED_OUT = (
    "Access to model {id} is restricted. You must have access to it and be authenticated to access "
    "it. Please log in."
)
NOT_ACCEPTED = (
    "Access to model {id} is restricted and you are not in the authorized list. Visit "
    "https://huggingface.co/{id} to ask for access."
)
PENDING = "Your request to access model {id} is awaiting a review from the repo authors."
REJECTED = "Your request to access model {id} has been rejected by the repo's authors."
NO_GATED_RIGHT = (
    "Please enable access to public gated repositories in your fine-grained token settings to view "
    "this repository."
)
_ROUTE = re.compile(
    r"/api/models/(?P<api>[^/]+(?:/[^/]+)?)(?P<rest>/auth-check|/tree/[^/]+|/revision/[^/]+)?"
    r"|/(?P<web>[^/]+(?:/[^/]+)?)/resolve/(?P<rev>[^/]+)/(?P<path>.+)"
)


@dataclass
class Account:
    """may: model -> accepted, pending or rejected; whoever is not named has not asked."""

    name: str = "ada"
    may: dict[str, str] = field(default_factory=dict)
    private: tuple[str, ...] = ()
    role: str = "read"
    reads_gated: bool = True

    def whoami(self) -> dict[str, Any]:
        token: dict[str, Any] = {"displayName": "laptop", "role": self.role}
        token["createdAt"] = "2026-10-01T08:00:00.000Z"
        if self.role == "fineGrained":
            token["fineGrained"] = {
                "canReadGatedRepos": self.reads_gated,
                "global": [],
                "scoped": [],
            }
        orgs = [{"type": "org", "name": "acme", "roleInOrg": "read"}]
        auth = {"type": "access_token", "accessToken": token}
        return {"type": "user", "name": self.name, "orgs": orgs, "auth": auth}


@dataclass
class Repo:
    """gated: False, "auto" or "manual", as the Hub has it."""

    gated: Any = False
    private: bool = False
    disabled: bool = False
    files: dict[str, bytes] = field(default_factory=lambda: {"config.json": b'{"a": 1}'})
    revisions: tuple[str, ...] = ("main",)
    more: dict[str, Any] = field(default_factory=dict)

    def metadata(self, name: str) -> dict[str, Any]:
        siblings = [{"rfilename": path} for path in self.files]
        own = {"id": name, "modelId": name, "sha": "5f0b02c75b57c5855da9ae460ce51323ea669d8a"}
        flags = {"gated": self.gated, "private": self.private, "disabled": self.disabled}
        return {**own, **flags, "siblings": siblings, **self.more}


@dataclass
class Answer:
    """body: sent as it is; a dict as JSON."""

    status: int
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class StandInHub:
    """models: by name; accounts: by token. always: one answer for everything, in place of those.

    asked: paths; tokens: those that came with them, empty for none. tls: with a certificate of this
    authority, `options` as trustme's issue_cert takes them.
    """

    def __init__(
        self,
        models: Mapping[str, Repo] | None = None,
        accounts: Mapping[str, Account] | None = None,
        always: Answer | None = None,
        tls: trustme.CA | None = None,
        **options: Any,
    ) -> None:
        self.models, self.accounts = dict(models or {}), dict(accounts or {})
        self.always, self.asked, self.tokens = always, list[str](), list[str]()
        self.knows_auth_check = True  # some mirrors do not
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                hub._serve(self)

            def do_HEAD(self) -> None:
                hub._serve(self, whole=False)

            def log_message(self, *_: object) -> None:
                """Nothing is said."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        scheme = "http"
        if tls is not None:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.issue_cert(options.pop("name", "127.0.0.1"), **options).configure_cert(context)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"{scheme}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> StandInHub:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def account(self, token: str) -> Account | None:
        return self.accounts.get(token)

    def repo(self, name: str) -> Repo | None:
        return self.models.get(name)

    def _serve(self, handler: BaseHTTPRequestHandler, whole: bool = True) -> None:
        given = handler.headers["Authorization"] or ""
        self.asked.append(handler.path)
        self.tokens.append(given.removeprefix("Bearer "))
        answer = self.always or self._answer(handler.path, given, handler.headers["Range"])
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body if whole else b"")

    def _answer(self, target: str, given: str, span: str | None) -> Answer:
        parts = urlsplit(target)
        account = self.account(given.removeprefix("Bearer "))
        if given and account is None:
            return said(401, "Invalid credentials in Authorization header")
        if parts.path == "/api/whoami-v2":
            return Answer(200, account.whoami()) if account else said(401, "")
        if parts.path == "/api/models":
            query = parse_qs(parts.query)
            found = self._tagged(query) if "filter" in query else self._found(query)
            return Answer(200, list(found))
        route = _ROUTE.fullmatch(parts.path)
        if route is None:
            return said(404, "Not Found")
        return self._of_model(route, account, span)

    def _found(self, query: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
        owner, words = query.get("author", [""])[0], query.get("search", [""])[0].lower()
        for name, repo in self.models.items():
            owned = name.startswith(f"{owner}/" if owner else "")
            if owned and not repo.private and words in name.lower():
                yield {"id": name}

    def _tagged(self, query: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
        """Models with a tag; of each its id, and what `expand` names, as the Hub has it."""
        for name, repo in self.models.items():
            told = repo.metadata(name)
            if query["filter"][0] in told.get("tags", ()):
                yield {"id": name, **{key: told[key] for key in query["expand"] if key in told}}

    def _of_model(self, route: re.Match[str], account: Account | None, span: str | None) -> Answer:
        name, rest = unquote(route["api"] or route["web"]), route["rest"] or ""
        repo = self.repo(name)
        hidden = repo is not None and repo.private and not (account and name in account.private)
        if repo is None or hidden:
            if account is None:
                return said(401, "Invalid username or password.")
            return said(404, "Repository not found", "RepoNotFound")
        if repo.disabled:
            return said(403, "Access to this resource is disabled.")
        if rest == "/auth-check" and not self.knows_auth_check:
            return Answer(404, b"Not Found")
        if route["web"] or rest == "/auth-check":
            gate = _gate(name, repo, account)
            return gate or (_file(route, repo, span) if route["web"] else Answer(200, b"OK"))
        kind, _, revision = rest.strip("/").partition("/")
        if revision and unquote(revision) not in repo.revisions:
            return said(404, f"Invalid rev id: {unquote(revision)}", "RevisionNotFound")
        if kind == "tree":
            return Answer(200, [_entry(path, data) for path, data in repo.files.items()])
        return Answer(200, repo.metadata(name))


def _file(route: re.Match[str], repo: Repo, span: str | None) -> Answer:
    revision, data = unquote(route["rev"]), repo.files.get(unquote(route["path"]))
    if revision not in repo.revisions:
        return said(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    return said(404, "Entry not found", "EntryNotFound") if data is None else _part(data, span)


def said(status: int, text: str, code: str = "") -> Answer:
    """An error as the Hub gives it: code and text in headers, the text in the body again."""
    headers = {"X-Error-Message": text} if text else {}
    headers |= {"X-Error-Code": code} if code else {}
    headers |= {"WWW-Authenticate": REALM} if status == 401 else {}
    return Answer(status, {"error": text} if text else b"", headers)


def _gate(name: str, repo: Repo, account: Account | None) -> Answer | None:
    if not repo.gated:
        return None
    if account is None:
        return said(401, LOGGED_OUT.format(id=name), "GatedRepo")
    if account.role == "fineGrained" and not account.reads_gated:
        return said(403, NO_GATED_RIGHT)
    state = account.may.get(name)
    if state == "accepted":
        return None
    text = {"pending": PENDING, "rejected": REJECTED}.get(state or "", NOT_ACCEPTED)
    return said(403, text.format(id=name), "GatedRepo")


def _entry(path: str, data: bytes) -> dict[str, Any]:
    return {"type": "file", "oid": "0" * 40, "size": len(data), "path": path}


def _part(data: bytes, span: str | None) -> Answer:
    wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", span or "")
    if wanted is None:
        return Answer(200, data)
    start, end = int(wanted[1]), int(wanted[2]) + 1
    if start >= len(data):
        return Answer(416, b"", {"Content-Range": f"bytes */{len(data)}"})
    return Answer(206, data[start:end], {"Content-Range": f"bytes {start}-{end}/{len(data)}"})
