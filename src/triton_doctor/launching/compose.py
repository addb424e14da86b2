"""The service of a compose file that is to serve, taken apart like a `docker run`. Pure.

Source: the Compose specification (compose-spec/compose-spec, 05-services.md and interpolation).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from triton_doctor.launching import compose_parts, secrets
from triton_doctor.launching.compose_nodes import (
    Keys,
    child,
    children,
    interpolated,
    items_of,
    option_of,
    scalar,
    texts_of,
)
from triton_doctor.launching.reading import with_server
from triton_doctor.probes.given_command import Given, Option, Part
from triton_doctor.probes.shell import ShellKind
from triton_doctor.record import replace

if TYPE_CHECKING:
    from yaml import Node

# Keys of a service that are options of docker run under another name.
_PLAIN = {
    "container_name": "name",
    "shm_size": "shm-size",
    "runtime": "runtime",
    "network_mode": "network",
    "ipc": "ipc",
    "restart": "restart",
    "working_dir": "workdir",
}
HIDING = "x"  # in the place of a secret: a star would begin an alias


def read_compose(text: str, path: str, own: ShellKind) -> Given:
    """The service of Triton; trouble `yaml` with what is wrong, or `no-service`."""
    shown, spans = secrets.hidden(text, HIDING)
    fact = _read(shown, path, own)
    more = [secrets.span(text, one) for one in fact.variables if secrets.clear(one)]
    if more:
        fact = _read(secrets.with_stars(shown, more, HIDING), path, own)
    every = tuple(sorted({*spans, *more}))
    known = tuple(
        replace(one, secret=any(one.start <= start and end <= one.end for start, end in every))
        for one in fact.variables
    )
    return replace(fact, secrets=every, variables=known)


def _read(text: str, path: str, own: ShellKind) -> Given:
    from yaml import YAMLError, compose
    from yaml.error import MarkedYAMLError

    fact = Given(source="compose", path=path, text=text, shell=own)
    try:
        root = compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        return replace(fact, trouble="yaml", said=f"is not valid YAML: {place}{error.problem}")
    except YAMLError as error:
        return replace(fact, trouble="yaml", said=f"is not valid YAML: {error}")
    found = _service(root)
    if found is None:
        return replace(fact, trouble="no-service")
    fact = _taken_apart(fact, *found)
    known = _declared(root)
    meant = (replace(one, form="declared") if one.source in known else one for one in fact.mounts)
    return replace(fact, mounts=tuple(meant))


def _declared(root: Node | None) -> set[str]:
    """The volumes that the file declares."""
    return set(children(child(children(root), "volumes")))


def _service(root: Node | None) -> tuple[Node, Keys] | None:
    """The service whose image or command names Triton, or the only one."""
    services = [
        (key, children(value))
        for key, value in children(child(children(root), "services")).values()
    ]
    for key, service in services:
        texts = [
            one
            for part in ("image", "command", "entrypoint")
            for one in texts_of(child(service, part))
        ]
        if any("triton" in one for one in texts):
            return key, service
    return services[0] if len(services) == 1 else None


def _taken_apart(fact: Given, name: Node, service: Keys) -> Given:
    base = fact.path.rpartition("/")[0] or "."
    image = child(service, "image")
    options = [*_options(service), *_env_files(service), *compose_parts.gpus(service)]
    fact = replace(
        fact,
        program=Part("docker", name.start_mark.index, name.end_mark.index),
        options=tuple(options),
        image=_part(image) if image is not None else None,
        mounts=tuple(compose_parts.mounts(service, base)),
        ports=tuple(compose_parts.ports(service)),
        variables=tuple(compose_parts.variables(service)),
    )
    entry, command = (
        compose_parts.words(fact.text, child(service, "entrypoint")),
        compose_parts.words(fact.text, child(service, "command")),
    )
    return with_server(fact, [*entry, *command])


def _env_files(service: Keys) -> Iterator[Option]:
    """A path, or a mapping with one; kind: raw where Compose hands on what stands there."""
    if "env_file" not in service:
        return
    written, value = service["env_file"]
    for one in items_of(value):
        keys = children(one)
        option = option_of("env-file", written, child(keys, "path") or one)
        form = child(keys, "format")
        raw = form is not None and scalar(form) == "raw"
        yield replace(option, kind="raw") if raw else option


def _part(node: Node) -> Part:
    text, unset = interpolated(scalar(node))
    return Part(text, node.start_mark.index, node.end_mark.index, unset)


def _options(service: Keys) -> Iterator[Option]:
    for key, option in _PLAIN.items():
        if key in service:
            written, value = service[key]
            for one in items_of(value):
                yield option_of(option, written, one)
