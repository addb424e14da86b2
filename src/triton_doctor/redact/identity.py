"""What tells whose machine it is. Only what leaves the machine is rid of these."""

from __future__ import annotations

import re

from triton_doctor.redact.shapes import Form, edge

_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_HOSTS_OF_DOCKER = r"(?:host|gateway|kubernetes|vm)\.docker|metadata\.google"
IDENTITY = (
    Form(
        "gpu",
        ("gpu-", "mig-"),
        r"(?:GPU|MIG)-(?:GPU-)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:/\d+/\d+)?",
    ),
    Form(
        "serial",
        ("serial",),
        r"serial(?:[ _-]?(?:number|no))?[\"']?\s*[:=#]\s*[\"']?(?P<s>(?=\w*\d)[A-Z0-9-]{8,})",
        re.IGNORECASE,
    ),
    # Machines and cards by a number that nobody else has, under its name.
    Form(
        "serial",
        ("uuid", "machine-id", "machine_id", "machine id", "boot_id", "boot-id", "hostid"),
        r"(?:gpu[ _-]?uuid|product_uuid|system[ _-]?uuid|\buuid|machine[ _-]id|boot[_-]id|hostid)"
        r"[\"']?\s*[:=]\s*[\"']?(?P<s>[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})",
        re.IGNORECASE,
    ),
    Form(
        "mac",
        (":", "-"),
        edge(r"0-9A-Fa-f:-", first="0-9A-Fa-f")
        + r"[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?![0-9A-Fa-f:-])",
    ),
    Form("email", ("@",), edge(r"\w.+-") + r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}\b"),
    Form("email", ("%40",), r"(?<![\w.+-])[\w.+-]{1,64}%40(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}\b"),
    Form("user", ("://",), r"(?:ssh|sftp|git|tcp)://(?P<s>[\w.-]{2,})@"),
    Form("host", ("ssh://",), r"ssh://(?:[^\s@/]+@)?(?P<s>[\w-][\w.-]*)"),
    Form(
        "user",
        ("/home/", "/users/", "\\users\\", "\\home\\", "/documents and settings/", "/run/media/"),
        "(?:" + edge(r"\w.") + r"(?:/(?:export|data|mnt|var|nfs|usr)\d*)?/(?:home|Users|run/media)/"
        r"|[A-Za-z]:(?:\\{1,4}|/)Users(?:\\{1,4}|/)|/[a-z]/Users/|\\home\\{1,4})"
        r"(?!\[|(?:ubuntu|user|root|Public|Default|Shared)\b)"
        # Names on Windows may have blanks.
        r"(?P<s>(?<=\\)[\w.-]+(?: [\w.-]+){1,3}(?=\\)|[^\s/\\:\"'<>|,;)\]}]+)",
    ),
    # What a shell shows before its prompt, and what a system's log begins its lines with.
    Form(
        "user",
        ("$ ", "# ", "]$", "]#"),
        r"(?:^|(?<=[\s\"'])|(?<=\\n))\[?(?P<s>[\w.-]+@[\w.-]+)(?=:[~/]\S*[$#] | \S+\][$#])",
        re.MULTILINE,
    ),
    Form(
        "host",
        ("]: ", "kernel: "),
        r"(?:\b|(?<=\\n))(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
        r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]{4,6})) "
        r"(?!(?:ubuntu|debian|localhost|linux) )"
        r"(?P<s>[A-Za-z][\w.-]+)(?= (?:kernel|[\w./-]+\[\d+\]): )",
        re.MULTILINE,
    ),
    # A file server, as Windows writes it.
    Form(
        "host",
        ("\\\\",),
        r"(?:^|(?<=[\s\"'=(]))(?:\\\\){1,2}(?!wsl|u[0-9a-f]{4}|x[0-9a-f]{2})(?P<s>[A-Za-z][\w.-]{2,})(?=\\{1,2}\w)",
        re.MULTILINE,
    ),
    Form(
        "address",
        ("10.", "192.168.", "172.", "169.254.", "100."),
        edge(r"\w.-", first="1")
        + rf"(?<!==)(?:10\.{_OCTET}|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])"
        r"|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))"
        rf"\.{_OCTET}\.{_OCTET}(?!\.?\w)",
    ),
    Form(
        "address",
        (".",),
        edge(r"\w.-", first="0-9")
        + rf"(?!127\.|0\.0\.0\.0)(?:{_OCTET}\.){{3}}{_OCTET}(?=:\d{{2,5}}\b)",
    ),
    # Others' addresses, as far as no version of a package begins so high.
    Form(
        "address",
        (".",),
        edge(r"\w.-", first="1-9")
        + rf"(?!127\.)(?:[3-9]\d|1\d\d|2[0-4]\d)\.(?:{_OCTET}\.){{2}}{_OCTET}(?![\w.-])",
    ),
    Form(
        "address",
        ("fe", "fd", "fc"),
        edge(r"\w:", first="f")
        + r"(?:fe[89ab][0-9a-f]|f[cd][0-9a-f]{2})(?::[0-9a-f]{0,4}){2,7}(?:%[\w.]+)?",
        re.IGNORECASE,
    ),
    Form(
        "address",
        (":",),
        edge(r"\w:.", first="23") + r"[23][0-9a-f]{3}:(?:(?:[0-9a-f]{1,4}:){6}[0-9a-f]{1,4}"
        r"|(?:[0-9a-f]{1,4}:){0,5}(?::[0-9a-f]{1,4}){1,6})(?![\w:])",
        re.IGNORECASE,
    ),
    Form(
        "host",
        (".local", ".lan", ".corp", ".internal", ".intranet", ".home.arpa"),
        edge(r"\w.-") + rf"(?!{_HOSTS_OF_DOCKER}|threading\.)[A-Za-z0-9][\w-]*(?:\.[\w-]+)*?"
        r"\.(?:localdomain|local|lan|corp|intranet|internal|home\.arpa)(?![\w(.-])",
    ),
)
