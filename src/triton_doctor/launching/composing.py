"""A container's plan as a compose file. Pure.

Its keys are those of the Compose Specification (github.com/compose-spec/compose-spec). A dollar
sign in a text is doubled, since Compose puts variables in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from triton_doctor.launching.plan import Bind, ContainerPlan
from triton_doctor.launching.writing import ROLES, Piece, bind_id, inside_name, server_piece

# Words that YAML takes for a text in every version; numbers, yes, null and the like are not.
_PLAIN = re.compile(r"(?:--)?[A-Za-z/][A-Za-z0-9_./=+-]*(?::[A-Za-z0-9_./=+-]+)*")
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
# Signs that YAML does not take in a text between single quotes, nor keep as they are.
_UNPRINTABLE = re.compile(
    "[^ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ESCAPED = re.compile(_UNPRINTABLE.pattern + r"""|["\\]""")


def compose_pieces(plan: ContainerPlan) -> list[Piece]:
    """The file's lines, each with the key of its explanation."""
    return [*_service(plan), *_mounts(plan), *_gpus(plan.gpus), *_volumes(plan)]


def compose_text(pieces: Sequence[Piece]) -> str:
    return "\n".join(one.text for one in pieces) + "\n"


def _service(plan: ContainerPlan) -> Iterator[Piece]:
    yield _form("services:")
    yield _form(f"  {scalar(plan.name)}:")
    yield _piece("image-compose", f"    image: {scalar(plan.image)}", image=plan.image)
    yield _piece("name-compose", f"    container_name: {scalar(plan.name)}", name=plan.name)
    yield _form("    command:")
    for word in plan.argv:
        known = server_piece(word)
        yield Piece(known.id, f"      - {scalar(word)}", facts=known.facts)
    yield _form("    ports:")
    for host, inside in plan.ports:
        role = f"port-{ROLES.get(inside, 'other')}"
        # In quotes: older YAML takes 22:22 for a number to the base of 60.
        yield _piece(role, f'      - "{host}:{inside}"', host=host, inside=inside)
    yield _form("    environment:")
    yield from (_variable(name, value) for name, value in plan.env)
    if plan.shm_size:
        yield _piece("shm", f"    shm_size: {scalar(plan.shm_size)}", size=plan.shm_size)


def _variable(name: str, value: str | None) -> Piece:
    if value is not None:
        text = f"      {name}: {scalar(value)}"
        return _piece("token-path", text, name=name, value=value)
    inside = inside_name(name)
    # No value: it is handed on. Another name's value Compose puts in as it reads the file.
    text = f"      {inside}:" if inside == name else f"      {inside}: ${{{name}}}"
    key = "token-compose" if inside == name else "renamed-compose"
    return _piece(key, text, variable=name, inside=inside)


def _mounts(plan: ContainerPlan) -> Iterator[Piece]:
    yield _form("    volumes:")
    for bind in plan.binds:
        yield from _bind(bind)
    for name, target in plan.volumes:
        lines = ["- type: volume", f"  source: {scalar(name)}", f"  target: {scalar(target)}"]
        yield _piece("cache", _block(lines, 6), volume=name, target=target)


def _bind(bind: Bind) -> Iterator[Piece]:
    source, target = scalar(bind.source), scalar(bind.target)
    lines = ["- type: bind", f"  source: {source}", f"  target: {target}"]
    if bind.readonly:
        lines.append("  read_only: true")
    yield _piece(bind_id(bind), _block(lines, 6), source=bind.source, target=bind.target)
    yield _piece(
        "no-host-path",
        _block(["bind:", "  create_host_path: false"], 8),
        source=bind.source,
    )


def _gpus(gpus: str) -> Iterator[Piece]:
    if gpus == "none":
        return
    yield _form(_block(["deploy:", "  resources:", "    reservations:", "      devices:"], 4))
    if gpus == "all":
        which, key = "count: all", "gpus-all-compose"
    else:
        numbers = ", ".join(f'"{number}"' for number in gpus.split(","))
        which, key = f"device_ids: [{numbers}]", "gpus-some-compose"
    yield _piece(key, _block(["- driver: nvidia", f"  {which}"], 12), gpus=gpus)
    yield _piece("capabilities", _block(["capabilities: [gpu]"], 14))


def _volumes(plan: ContainerPlan) -> Iterator[Piece]:
    if not plan.volumes:
        return
    yield _form("volumes:")
    for name, _ in plan.volumes:
        text = _block([f"{scalar(name)}:", f"  name: {scalar(name)}"], 2)
        yield _piece("volume-name", text, volume=name)


def scalar(text: str) -> str:
    """The text as one value of YAML that Compose reads back as it is."""
    text = text.replace("$", "$$")
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if not _UNPRINTABLE.search(text):
        return "'" + text.replace("'", "''") + "'"
    signs = (f"\\U{ord(one):08x}" if _ESCAPED.match(one) else one for one in text)
    return '"' + "".join(signs) + '"'


def _block(lines: Sequence[str], indent: int) -> str:
    return "\n".join(" " * indent + one for one in lines)


def _form(text: str) -> Piece:
    return Piece("", text)


def _piece(key: str, text: str, **facts: object) -> Piece:
    return Piece(key, text, facts={name: str(value) for name, value in facts.items()})
