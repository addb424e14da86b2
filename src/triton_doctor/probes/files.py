"""Small questions about files, for probes to which any refusal is as good as absence."""

from __future__ import annotations

from triton_doctor.host.protocol import Host

LIMIT = 1 << 16


def there(host: Host, path: str) -> bool:
    """Whether a path is there and may be looked at."""
    try:
        host.stat(path)
    except OSError:
        return False
    return True


def text_of(host: Host, path: str) -> str:
    """The first 64 KiB of a file as text; empty where it cannot be read."""
    try:
        return host.read(path, LIMIT).decode("utf-8", "replace")
    except OSError:
        return ""
