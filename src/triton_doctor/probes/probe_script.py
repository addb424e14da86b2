"""The script that runs in a probe container, and the reading of what it says.

It needs sh, ls and head, and df for the disk. Its output is fields that end in a zero byte, since
file names may hold anything else: pairs of key and value, and at the end the sample's bytes as they
are; why those could not be read stands on its second output. It does what it can in the shell
itself, since the doctor's whole run waits for it.
"""

from __future__ import annotations

from triton_doctor.probes.outside_view import NAMES, SAMPLE_BYTES, OutsideView, digest, plain
from triton_doctor.record import Record

TARGET = "/models"  # where the guide's command mounts the repository

SCRIPT = rf"""
LC_ALL=C; export LC_ALL
say() {{ printf '%s\0%s\0' "$1" "$2"; }}
printf 'disk\0'; df -Pk / 2>/dev/null; printf '\0'
while read -r key value unit; do
  [ "$key" = MemTotal: ] && say memory "$value" && break
done </proc/meminfo
if cd {TARGET} 2>/dev/null; then
  n=0
  for f in * .*; do
    [ "$f" = . ] || [ "$f" = .. ] && continue
    if [ -e "$f" ]; then say name "$f"; elif [ -L "$f" ]; then say broken "$f"; else continue; fi
    n=$((n + 1)); [ "$n" -gt {NAMES} ] && break
  done
  error=
  [ "$n" = 0 ] && error=$(ls -A . 2>&1 >/dev/null)
  say list "$error"
else
  say list "$(cd {TARGET} 2>&1)"
fi
if [ -n "$1" ]; then
  printf 'bytes\0'
  head -c {SAMPLE_BYTES} "{TARGET}/$1"
fi
exit 0
"""


class Seen(Record, frozen=True):
    """The folder as the container sees it.

    error: of listing it; names: as in OutsideView; broken: names of links that lead nowhere there;
    sample_error: of reading the sample; digest: of its bytes, empty where it could not be read.
    """

    error: str = ""
    names: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    sample_error: str = ""
    digest: str = ""

    @property
    def count(self) -> int:
        return len(self.names)

    def differs(self, outside: OutsideView) -> bool:
        """Whether the container sees another folder; what could not be read says nothing."""
        if self.error:
            return False
        if outside.count > NAMES or self.count > NAMES:
            return (outside.count > NAMES) != (self.count > NAMES)
        if self.names != outside.names:
            return True
        return bool(self.digest) and self.digest != outside.digest


class Told(Record, frozen=True):
    """All that the script said; a number is None where the image could not tell it."""

    seen: Seen
    free_bytes: int | None
    total_bytes: int | None
    memory_bytes: int | None


def parse(out: bytes, err: bytes = b"") -> Told | None:
    """Both outputs; None where the script did not come to its end of listing."""
    pairs, content = _fields(out)
    values = {key.decode("ascii", "replace"): value for key, value in pairs}
    if "list" not in values:
        return None
    total, free = disk_numbers(values.get("disk", b""))
    memory = values.get("memory", b"")
    error = _text(err)
    return Told(
        Seen(
            error=_text(values["list"]),
            names=tuple(
                sorted(plain(value) for key, value in pairs if key in (b"name", b"broken"))
            ),
            broken=_names(pairs, b"broken"),
            sample_error=error,
            digest=digest(content) if content is not None and not error else "",
        ),
        free_bytes=free,
        total_bytes=total,
        memory_bytes=int(memory) * 1024 if memory.isdigit() else None,
    )


def _fields(out: bytes) -> tuple[list[tuple[bytes, bytes]], bytes | None]:
    """Keys with their values, and what follows the key `bytes`; None where it did not come."""
    pairs: list[tuple[bytes, bytes]] = []
    while out:
        key, _, out = out.partition(b"\0")
        if key == b"bytes":
            return pairs, out
        value, _, out = out.partition(b"\0")
        pairs.append((key, value))
    return pairs, None


def _names(pairs: list[tuple[bytes, bytes]], *keys: bytes) -> tuple[str, ...]:
    return tuple(sorted(plain(value) for key, value in pairs if key in keys))


def disk_numbers(words: bytes) -> tuple[int | None, int | None]:
    """Total and free bytes out of the last line of `df -Pk`: name, total, used, free in KiB."""
    last = words.strip().split(b"\n")[-1].split()
    if len(last) >= 4 and last[1].isdigit() and last[3].isdigit():
        return int(last[1]) * 1024, int(last[3]) * 1024
    return None, None


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace").strip()
