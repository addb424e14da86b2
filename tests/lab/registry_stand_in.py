"""Stands in for an image registry: refuses as the name that is asked for says, or gives an image.

The answers are those of the registry's protocol (distribution/distribution, docs/spec/api.md).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.lab.images import archive_layer

_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
# By the image's name: status, code and message.
_REFUSALS = {
    "no-tag": (404, "MANIFEST_UNKNOWN", "manifest unknown"),
    "no-name": (404, "NAME_UNKNOWN", "repository name not known to registry"),
    "denied": (403, "DENIED", "requested access to the resource is denied"),
    "unauthorized": (401, "UNAUTHORIZED", "authentication required"),
    "too-many": (429, "TOOMANYREQUESTS", "You have reached your unauthenticated pull rate limit."),
    "gateway": (502, "UNKNOWN", "bad gateway"),
}


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _described(kind: str, data: bytes) -> dict[str, object]:
    return {"mediaType": kind, "digest": _digest(data), "size": len(data)}


@cache
def _image() -> dict[str, bytes]:
    """One layer and the image's settings, by digest, and the manifest that names them."""
    layer = archive_layer()
    packed = gzip.compress(layer, mtime=0)
    settings = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
    }
    config = json.dumps(settings).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": _TYPE,
        "config": _described("application/vnd.docker.container.image.v1+json", config),
        "layers": [_described("application/vnd.docker.image.rootfs.diff.tar.gzip", packed)],
    }
    body = json.dumps(manifest).encode()
    return {_digest(config): config, _digest(packed): packed, "manifest": body}


class _Registry(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = self.path.split("/")
        if self.path == "/v2/":
            return self._send(200, b"{}")
        if len(parts) < 6:
            return self._send(404, b"404 page not found\n")
        return self._manifest(parts[3]) if parts[4] == "manifests" else self._blob(parts[5])

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Says nothing: the client's words are wanted."""

    def _manifest(self, name: str) -> None:
        if name in _REFUSALS:
            status, code, message = _REFUSALS[name]
            return self._send(
                status, json.dumps({"errors": [{"code": code, "message": message}]}).encode()
            )
        body, kind = _image()["manifest"], _TYPE
        if name == "arm":
            platform = {"architecture": "arm64", "os": "linux"}
            entry = {**_described(_TYPE, body), "platform": platform}
            listed = {"schemaVersion": 2, "mediaType": _LIST, "manifests": [entry]}
            body, kind = json.dumps(listed).encode(), _LIST
        return self._send(200, body, kind, _digest(body))

    def _blob(self, digest: str) -> None:
        self._send(200, _image()[digest], "application/octet-stream", digest)

    def _send(self, status: int, body: bytes, kind: str = "application/json", of: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if of:
            self.send_header("Docker-Content-Digest", of)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def refusing_registry() -> Iterator[str]:
    """Its address, on 127.0.0.1 of this process's network."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Registry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
