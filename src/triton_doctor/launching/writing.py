"""A container's plan as the command to type. Pure.

It is made of pieces, each a flag with the name of its explanation, so that what is shown and what
is explained cannot come apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from triton_doctor.launching.paths import Place, shaped
from triton_doctor.launching.plan import CACHE, TOKEN_INSIDE, WITHIN, Bind, ContainerPlan
from triton_doctor.launching.quoting import DIALECTS, Dialect, ShellName, needs_legacy
from triton_doctor.probes.hub_door import VARIABLES
from triton_doctor.probes.shell import Shell
from triton_doctor.record import Record, field, replace

LEGACY = "$PSNativeCommandArgumentPassing = 'Legacy'"
NO_REWRITING = "MSYS_NO_PATHCONV=1"
ROLES = {8000: "http", 8001: "grpc", 8002: "metrics"}


class Piece(Record, frozen=True):
    """A part that is explained on its own.

    id: the key of its explanation, empty for mere form; text: as it is written; words: what the
    program gets; facts: what its explanation may name; begins: whether it begins a line.
    """

    id: str
    text: str
    words: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    begins: bool = True


def for_shell(
    plan: ContainerPlan, shell: str, place: Place
) -> tuple[ContainerPlan, tuple[str, ...]]:
    """The plan with its paths as the shell writes them, and what may keep it from reaching them."""
    told = [(one, shaped(one.source, shell, place)) for one in plan.binds]
    binds = tuple(replace(one, source=path.path) for one, path in told)
    troubles = dict.fromkeys(path.trouble for _, path in told if path.trouble)
    return replace(plan, binds=binds), tuple(troubles)


def command_pieces(plan: ContainerPlan, shell: ShellName) -> list[Piece]:
    """`docker run …` for a shell, with what has to stand before it there."""
    dialect = DIALECTS[shell]
    parts = [
        replace(one, text=" ".join(dialect.quote(word) for word in one.words))
        for one in _flags(plan)
    ]
    before = list(_before(plan, dialect, [word for one in parts for word in one.words]))
    return [*before, *parts]


def command_text(pieces: Sequence[Piece], shell: ShellName, *, one_line: bool = False) -> str:
    """The pieces as they are typed, over several lines or on one."""
    dialect = DIALECTS[shell]
    # Windows' own shells set a variable by a command of its own, the others before the command.
    alone = [one.text for one in pieces if not one.words and shell in ("powershell", "cmd")]
    lines: list[str] = []
    for one in pieces:
        if one.text in alone:
            continue
        if one.begins or not lines:
            lines.append(one.text)
        else:
            lines[-1] += f" {one.text}"
    if one_line:
        return dialect.joins.join([*alone, " ".join(lines)])
    return "\n".join([*alone, f" {dialect.goes_on}\n  ".join(lines)])


def argv(pieces: Sequence[Piece]) -> list[str]:
    """The words that run, of whatever shell."""
    return [word for one in pieces for word in one.words]


def _before(plan: ContainerPlan, dialect: Dialect, words: Sequence[str]) -> Iterator[Piece]:
    if dialect.name == "powershell" and any(needs_legacy(word) for word in words):
        yield Piece("legacy", LEGACY)
    shell = Shell(dialect.kind)
    for name, value in plan.env:
        if value is None and name not in VARIABLES:
            facts = {"variable": name, "inside": VARIABLES[0]}
            yield Piece("renamed", _renaming(shell, name), facts=facts, begins=False)
    if dialect.name == "git-bash":
        yield Piece("no-rewriting", NO_REWRITING, begins=False)


def _renaming(shell: Shell, variable: str) -> str:
    """The first name that the Hub's library reads, set from the variable that holds the token."""
    if shell.kind == "powershell":
        return f"$env:{VARIABLES[0]} = {shell.read_variable(variable)}"
    if shell.kind == "cmd":
        return f'set "{VARIABLES[0]}={shell.read_variable(variable)}"'
    return f'{VARIABLES[0]}="{shell.read_variable(variable)}"'


def inside_name(variable: str) -> str:
    """The name under which the Hub's library in the container finds the token of a variable."""
    return variable if variable in VARIABLES else VARIABLES[0]


def _flags(plan: ContainerPlan) -> Iterator[Piece]:
    yield replace(_piece("run", "docker", "run", image=plan.image), begins=False)
    yield replace(_piece("detach", "-d", name=plan.name), begins=False)
    yield from _gpus(plan.gpus)
    for host, inside in plan.ports:
        role = ROLES.get(inside, "other")
        yield _piece(f"port-{role}", "-p", f"{host}:{inside}", host=host, inside=inside)
    if plan.shm_size:
        yield _piece("shm", "--shm-size", plan.shm_size, size=plan.shm_size)
    for name, value in plan.env:
        yield _variable(name, value)
    for bind in plan.binds:
        yield _bind(bind)
    for name, target in plan.volumes:
        mount = _csv("type=volume", f"source={name}", f"target={target}")
        yield _piece("cache", "--mount", mount, volume=name, target=target)
    yield _piece("name", "--name", plan.name, name=plan.name)
    yield _piece("image", plan.image, image=plan.image)
    yield from _server(plan.argv)


def _gpus(gpus: str) -> Iterator[Piece]:
    """A list of numbers is a comma-separated value within one, so quotes have to reach docker."""
    if gpus == "all":
        yield _piece("gpus-all", "--gpus", "all")
    elif gpus != "none":
        key = "gpus-list" if "," in gpus else "gpus-some"
        yield _piece(key, "--gpus", _csv(f"device={gpus}"), gpus=gpus)


def _variable(name: str, value: str | None) -> Piece:
    if value is not None:
        return _piece("token-path", "--env", f"{name}={value}", name=name, value=value)
    inside = inside_name(name)
    return _piece("token", "--env", inside, variable=inside)


def bind_id(bind: Bind) -> str:
    """The key of a mount's explanation."""
    known = {TOKEN_INSIDE: "token-file", WITHIN: "repository", CACHE: "cache-folder"}
    return known.get(bind.target, "repository-more")


def _bind(bind: Bind) -> Piece:
    ends = ["readonly"] if bind.readonly else []
    mount = _csv("type=bind", f"source={bind.source}", f"target={bind.target}", *ends)
    return _piece(bind_id(bind), "--mount", mount, source=bind.source, target=bind.target)


def server_piece(word: str) -> Piece:
    """A word of the server's own command line."""
    option, _, value = word.partition("=")
    if option == "--load-model":
        key = "load-all" if value == "*" else "load"
        return _piece(key, word, model=value)
    if option == "--model-repository":
        return replace(_piece("model-repository", word, target=value), begins=False)
    if option == "--model-control-mode":
        return replace(_piece(f"mode-{value}", word), begins=False)
    return _piece("server", word)


def _server(words: Sequence[str]) -> Iterator[Piece]:
    return (server_piece(word) for word in words)


def _csv(*fields: str) -> str:
    """One line of comma-separated values, as docker reads the values of --mount and --gpus."""
    return ",".join(
        '"' + one.replace('"', '""') + '"' if re.search(r'[,"\r\n]|^\s', one) else one
        for one in fields
    )


def _piece(key: str, *words: str, **facts: object) -> Piece:
    return Piece(key, "", words, {name: str(value) for name, value in facts.items()})
