"""From a text in some shell to the `docker run` in it, taken apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from shlex import join

from triton_doctor.launching import arguments, secrets
from triton_doctor.launching.grammar import (
    docker_run,
    global_options,
    looks_like_image,
    part,
    tritonserver,
)
from triton_doctor.launching.late import late_options, options_among, program_name
from triton_doctor.launching.shells import bash, cmd, pasting, powershell
from triton_doctor.launching.shells.words import Oddity, Reading, Statement, Word
from triton_doctor.probes.given_command import Given, Sign, Source, Variable
from triton_doctor.probes.shell import ShellKind
from triton_doctor.record import Record, replace

ENGINES = ("docker", "podman", "nerdctl", "nvidia-docker", "nvidia-docker2", "finch")
_AROUND = (
    "sudo",
    "doas",
    "env",
    "time",
    "exec",
    "winpty",
    "nohup",
    "command",
    "start",
    "call",
    "wsl",
    "wsl.exe",
)
_KEYWORDS = ("if", "then", "else", "do", "while", "until", "!", "{", "&", "elif")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
# Options of sudo and env that take the next word.
_WITH_VALUE = ("-u", "-g", "-h", "-p", "-C", "-D", "--user", "--group")
_READERS = {"powershell": powershell.read, "cmd": cmd.read}


class Text(Record, frozen=True):
    """What is to be read. own: the user's shell; shell: as it was said to be, or None.

    values: of PWD and HOME; environment: values of this shell's variables that may hold a token,
    for the words of a command line, which the shell has put in already.
    """

    text: str
    source: Source
    path: str = ""
    own: ShellKind = "posix"
    shell: ShellKind | None = None
    values: Mapping[str, str] = {}
    environment: Mapping[str, str] = {}


class _Run(Record, frozen=True):
    """A `docker run` among the words of a command."""

    before: tuple[Word, ...]
    program: Word
    words: tuple[Word, ...]


def from_argv(
    argv: Sequence[str], own: ShellKind, values: Mapping[str, str], environment: Mapping[str, str]
) -> Given:
    """A command whose words a shell has parted already."""
    return read(
        Text(join(argv), "argv", own=own, shell=own, values=values, environment=environment)
    )


def read(given: Text) -> Given:
    """The first `docker run` of a text; `trouble` where there is none."""
    shown, spans = secrets.hidden(given.text)
    fact = _read(given, shown)
    more = [secrets.span(given.text, one) for one in fact.variables if secrets.clear(one)]
    if more:
        shown = secrets.with_stars(shown, more)
        fact = _read(given, shown)
    every = tuple(sorted({*spans, *more}))
    return replace(fact, secrets=every, variables=_judged(given, fact.variables, every))


def _judged(
    given: Text, variables: tuple[Variable, ...], spans: tuple[tuple[int, int], ...]
) -> tuple[Variable, ...]:
    """Variables with what is known of the secret in each."""
    found = []
    for one in variables:
        inside = [span for span in spans if one.start <= span[0] and span[1] <= one.end]
        if inside:
            start, end = secrets.span(given.text, one)
            value = given.text[start:end]
            same = [name for name, other in given.environment.items() if other == value]
            one = replace(one, secret=True, same_as=same[0] if same else "")
        found.append(one)
    return tuple(found)


def _read(given: Text, shown: str) -> Given:
    by_file = pasting.by_file(given.path, shown)
    pasted = pasting.cleaned(shown) if given.source != "argv" else pasting.Pasted(shown, ())
    shell = given.shell or by_file or pasted.shell or pasting.by_signs(pasted.text, given.own)
    if shell == "posix" and given.own in ("git-bash", "fish") and not given.shell:
        shell = given.own
    reader = bash.read if given.source == "argv" else _READERS.get(shell, bash.read)
    reading = reader(pasted.text, given.values)
    fact = Given(
        source=given.source,
        path=given.path,
        text=shown,
        shell=shell,
        own=None if given.shell or _family(given.own) == _family(shell) else given.own,
    )
    signs = [*pasted.oddities, *reading.oddities]
    found = _find(reading, pasted.text, signs)
    if found is None:
        found = _in_heredoc(reading, pasted.text, given.values, signs)
    if found is None:
        return replace(fact, trouble="no-run", said=_first(reading))
    return _taken_apart(fact, found, signs)


def _family(kind: ShellKind) -> str:
    return "posix" if kind in ("git-bash", "fish", "posix") else kind


def _first(reading: Reading) -> str:
    """The beginning of the first command, for saying what was there instead."""
    words = reading.statements[0].words[:3] if reading.statements else ()
    return " ".join(word.text for word in words)[:60]


def _find(reading: Reading, text: str, signs: list[Oddity]) -> _Run | None:
    """The first `docker run`, with lines after it that were meant to belong to it."""
    runs = [(number, _run(one.words)) for number, one in enumerate(reading.statements)]
    # Of several the one that speaks of Triton is meant, else the first.
    runs.sort(key=lambda one: not (one[1] and any("triton" in word.text for word in one[1].words)))
    for number, run in runs:
        if run is None:
            continue
        words = list(run.words)
        for after in reading.statements[number + 1 :]:
            if not _belongs(after, words, text):
                break
            signs.append(
                Oddity(
                    "no-continuation",
                    words[-1].end if words else run.program.end,
                    after.words[0].start,
                )
            )
            words += after.words
        return replace(run, words=tuple(words))
    return None


def _belongs(after: Statement, words: list[Word], text: str) -> bool:
    """Whether a command in the next line was meant as the rest of this one."""
    first = after.words[0]
    between = text[words[-1].end if words else 0 : first.start]
    if between.count("\n") != 1 or re.search(r"[;&|]", between):
        return False
    if first.text.startswith("-") or first.text == "tritonserver":
        return True
    return looks_like_image(first.text) and not docker_run(words).rest


def _in_heredoc(
    reading: Reading, text: str, values: Mapping[str, str], signs: list[Oddity]
) -> _Run | None:
    """A command in what is handed to a program or written to a file."""
    for start, end in reading.heredocs:
        inner = bash.read(" " * start + text[start:end], values)
        found = _find(inner, text, signs)
        if found:
            signs += inner.oddities
            return found
    return None


def _run(words: Sequence[Word]) -> _Run | None:
    """`docker [options] [container] run|create …`, also behind sudo and variables."""
    place = 0
    while place < len(words) and _leads(words[place].text):
        place += 1
        if words[place - 1].text in ("sudo", "doas", "env"):
            while place < len(words) and words[place].text.startswith("-"):
                place += 2 if words[place].text in _WITH_VALUE else 1
    if place >= len(words) or program_name(words[place].text) not in ENGINES:
        return None
    after = [word for word in words[place + 1 :] if word.text != "--%"]  # PowerShell's own
    parsed = docker_run(after, global_options())
    rest = list(parsed.rest)
    if rest and rest[0].text == "container":
        rest.pop(0)
    if not rest or rest[0].text not in ("run", "create"):
        return None
    return _Run(tuple(words[:place]), words[place], tuple(rest[1:]))


def _leads(text: str) -> bool:
    return text in _AROUND or text in _KEYWORDS or bool(_ASSIGNMENT.fullmatch(text))


def _taken_apart(fact: Given, run: _Run, signs: list[Oddity]) -> Given:
    parsed = docker_run(run.words)
    image, inner = (parsed.rest[0], parsed.rest[1:]) if parsed.rest else (None, ())
    late, inner = late_options(inner)
    options = (*parsed.options, *late, *options_among(inner))
    whole = (
        run.before[0].start if run.before else run.program.start,
        (run.words or (run.program,))[-1].end,
    )
    fact = replace(
        fact,
        program=part(run.program),
        before=tuple(part(word) for word in run.before),
        options=options,
        late=late,
        misplaced=tuple(part(word) for word in parsed.strays),
        image=part(image) if image else None,
        mounts=arguments.mounts(options),
        ports=arguments.ports(options),
        variables=arguments.variables(options),
        signs=tuple(
            Sign(one.kind, one.start, one.end, one.new)
            for one in sorted(signs, key=lambda one: one.start)
            if one.end >= whole[0] - 200 and one.start <= whole[1] + 1
        ),
    )
    return with_server(fact, inner)


def with_server(fact: Given, inner: Sequence[Word]) -> Given:
    """The fact with what runs in the container: tritonserver alone, or in a shell's `-c`."""
    words = list(inner)
    entry = fact.option("entrypoint")
    if entry and entry.value and program_name(entry.value) == "tritonserver":
        words = [Word("tritonserver", entry.start, entry.end), *words]
    elif (
        len(words) >= 3
        and program_name(words[0].text) in ("bash", "sh")
        and words[1].text in ("-c", "-lc", "-ec")
    ):
        words = _within(words[2])
    if words and program_name(words[0].text) == "tritonserver":
        server = tritonserver(words[1:])
        return replace(
            fact, inner=tuple(map(part, words)), flags=server.flags, strays=server.strays
        )
    if words and words[0].text.startswith("-"):
        server = tritonserver(words)
        return replace(
            fact, inner=tuple(map(part, words)), flags=server.flags, strays=server.strays
        )
    return replace(fact, inner=tuple(map(part, words)))


def _within(word: Word) -> list[Word]:
    """The tritonserver of a command in quotes, with places in the whole text."""
    shift = word.start + (1 if word.quoted else 0)
    for statement in bash.read(word.text, {}).statements:
        names = [program_name(one.text) for one in statement.words]
        if "tritonserver" in names:
            words = statement.words[names.index("tritonserver") :]
            return [replace(one, start=one.start + shift, end=one.end + shift) for one in words]
    return [word]
