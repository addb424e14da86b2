"""Judges how the token reaches the container. No value of one is ever here."""

from __future__ import annotations

import re

from triton_doctor.api import Answers, Context, FactUnavailable, Found, Severity
from triton_doctor.probes.given_command import Given, Variable
from triton_doctor.probes.repository import repository
from triton_doctor.probes.shell import Shell
from triton_doctor_checks.command.places import Change, added, at, first, is_triton
from triton_doctor_checks.token.wanted import wanted

HUB = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
_LIKE = re.compile(
    r"(?:hf|hugging_?face|hugging_face_?hub).*(?:token|key)|hub_token", re.IGNORECASE
)
_SECRET = re.compile(r"token|secret|passw|api_?key", re.IGNORECASE)
_HINT = ("HF_TOKEN_PATH", "HF_HOME")
_ASSIGNED = re.compile(r"""(\w+)\s*=\s*["']?\Z""")
_PLACEHOLDER = re.compile(
    r"<.*>|.*your[_ -].*|x{4,}|\.{3}|(?:hf_)?x{3,}.*|.*token_here|\*{3}", re.IGNORECASE
)
# The writings of a variable that are none to a shell, so that the text itself is handed on.
_LITERAL = {
    "posix": re.compile(r"\$\{?env:(\w+)\}?|%(\w+)%", re.IGNORECASE),
    "powershell": re.compile(r"()%(\w+)%"),
    "cmd": re.compile(r"\$\{?(?:env:)?(\w+)\}?()", re.IGNORECASE),
}
_QUOTED = re.compile(r"'[^']*\$\{?(\w+)\}?[^']*'")


def tokens(context: Context, given: Given) -> Answers:
    answers = [answer for one in given.variables for answer in _variable(given, one)]
    yield from answers
    yield from _elsewhere(given)
    if (
        is_triton(given)
        and not given.open
        and not any(one.problem.startswith("token/") for one in answers)
    ):
        yield from _handed(context, given)


def _variable(given: Given, one: Variable) -> list[Found]:
    if not _SECRET.search(one.name):
        return []
    found = []
    hub_like = bool(_LIKE.fullmatch(one.name)) and one.name not in HUB
    if hub_like and not any(other.name in HUB for other in given.variables):
        found.append(_misnamed(given, one))
    if one.secret and not one.same_as:
        found.append(_clear(given, one))
    if one.name in HUB and _is_quoted(one.value or ""):
        ask = Shell(given.shell).ask_variable("HF_TOKEN")
        found.append(
            at(given, one.start, "token/invalid", case="quoted", source=one.name, command=ask)
        )
    wrong = _writing(given, one) if one.value is not None and not one.secret else None
    return [*found, wrong] if wrong else found


def _is_quoted(value: str) -> bool:
    """Quotes that are left once the shell, or YAML, has taken off its own."""
    return value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 1


def _clear(given: Given, one: Variable) -> Found:
    changes = () if given.source == "compose" else _by_name(given, one)
    case = given.source if given.source in ("argv", "compose") else None
    return at(given, one.start, "token-in-clear", *changes, case=case, variable=one.name)


def _elsewhere(given: Given) -> Answers:
    """A secret that stands in the text and in no option, as in `export HF_TOKEN=...`."""
    for start, end in given.secrets:
        if not any(one.start <= start and end <= one.end for one in given.variables):
            name = _ASSIGNED.search(given.text, 0, start)
            case = given.source if given.source in ("argv", "compose") else None
            variable = name[1] if name else "HF_TOKEN"
            yield at(given, start, "token-in-clear", case=case, variable=variable)


def _by_name(given: Given, one: Variable) -> tuple[Change, ...]:
    raw = given.text[one.start : one.end]
    place = raw.rfind(f"{one.name}=")
    if place < 0:
        return ()
    start = one.start + place
    quote = raw[place - 1] if place and raw[place - 1] in "'\"" else ""
    end = one.end - (1 if quote and raw.endswith(quote) else 0)
    return (Change(start + len(one.name), end, ""),)


def _misnamed(given: Given, one: Variable) -> Found:
    place = given.text.find(one.name, one.start)
    changes = (Change(place, place + len(one.name), "HF_TOKEN"),) if one.value is not None else ()
    if given.source == "compose":
        changes = ()
    return _missing(given, one.start, "misnamed", *changes, there=one.name)


def _missing(
    given: Given,
    start: int,
    case: str,
    *changes: Change,
    there: str,
    model: str = "a gated model",
    severity: Severity | None = None,
) -> Found:
    shell = Shell(given.shell)
    return at(
        given,
        start,
        "token/missing",
        *changes,
        case=case,
        severity=severity,
        model=model,
        variable="HF_TOKEN",
        there=there,
        command=shell.ask_variable("HF_TOKEN"),
        read=shell.read_variable("HF_TOKEN"),
    )


def _writing(given: Given, one: Variable) -> Found | None:
    """A value that this shell does not take as it was meant."""
    value, family = one.value or "", _family(given)
    ask = Shell(given.shell).ask_variable("HF_TOKEN")
    if _PLACEHOLDER.fullmatch(value):
        return at(
            given, one.start, "token/invalid", case="placeholder", source=one.name, command=ask
        )
    if not value or (given.source == "argv" and value == f":{one.name}"):
        return _empty(given, one, value)
    raw = given.text[one.start : one.end]
    if given.source == "compose":
        return None
    literal = _LITERAL[family].search(raw)
    if literal:
        name = literal[1] or literal[2]
        right = Shell(given.shell).read_variable(name)
        place = one.start + literal.start()
        change = Change(place, one.start + literal.end(), right)
        case = "other-shell"
        return at(
            given, place, "token/invalid", change, case=case, source=literal[0], command=right
        )
    if family != "cmd" and _QUOTED.search(raw) and not one.unset:
        return at(
            given, one.start, "token/invalid", case="unexpanded", source=one.name, command=ask
        )
    if family == "powershell" and any(
        _SECRET.search(name) and ":" not in name for name in one.unset
    ):
        name = next(name for name in one.unset if _SECRET.search(name))
        place = raw.find(f"${name}")
        place = raw.find("${" + name) if place < 0 else place
        length = len(name) + (3 if raw[place + 1 : place + 2] == "{" else 1)
        right = f"$env:{name}"
        change = Change(one.start + place, one.start + place + length, right)
        return _missing(given, one.start + place, "wrong-writing", change, there=f"${name}")
    return None


def _empty(given: Given, one: Variable, value: str) -> Found:
    """Nothing after the sign: in the words of a command line a variable that was not set."""
    if value:
        right = Shell(given.shell).read_variable("HF_TOKEN")
        return at(
            given, one.start, "token/invalid", case="other-shell", source=value, command=right
        )
    return _missing(given, one.start, "empty", there=one.name)


def _family(given: Given) -> str:
    return given.shell if given.shell in ("powershell", "cmd") else "posix"


def _handed(context: Context, given: Given) -> Answers:
    """Whether any token is handed on, and past sudo."""
    by_name = [one for one in given.variables if one.name in HUB and one.value is None]
    if by_name and _sudo_drops(given):
        sudo = next(one for one in given.before if one.text == "sudo")
        keep = Change(sudo.end, sudo.end, f" --preserve-env={by_name[0].name}")
        yield _missing(given, sudo.start, "sudo", keep, there=by_name[0].name)
    if any(one.name in (*HUB, *_HINT) for one in given.variables) or given.option("env-file"):
        return
    model, gated = _model(context)
    if model:
        severity = None if gated else Severity.NOTE
        change = added(given, "--env HF_TOKEN")
        yield _missing(
            given,
            first(given),
            "not-handed-compose" if given.source == "compose" else "not-handed",
            *change,
            there="HF_TOKEN",
            model=model,
            severity=severity,
        )


def _sudo_drops(given: Given) -> bool:
    texts = [one.text for one in given.before]
    kept = any(one == "-E" or one.startswith("--preserve-env") for one in texts)
    return "sudo" in texts and not kept


def _model(context: Context) -> tuple[str, bool]:
    """What the server will ask the Hub for, and whether it is gated; empty if for nothing."""
    plan = context.deployment
    try:
        wants = wanted(context.fact(repository), () if plan.loads_all else plan.model)
    except FactUnavailable:
        return "", False
    if not wants.hub or wants.own_token:
        return "", False
    return wants.first, wants.gated is not None
