"""Secrets as shells, logs, tables and encoders write them: each is taken out in every way."""

from __future__ import annotations

import base64
import json
from html import escape
from urllib.parse import quote

from tests.canaries import BY_FORM, PRIVATE_KEY
from tests.fakes import FakeHost
from triton_doctor.deployment import Deployment
from triton_doctor.host.names import Names
from triton_doctor.redact import clean
from triton_doctor.redact.known import known_here
from triton_doctor.redact.leftovers import leftovers
from triton_doctor.redact.literals import Known
from triton_doctor.redact.redactor import Redactor

A, B, HEX = (
    "aB3dE5gH7jK9mN2pQ4sT6vW8yZ1cF0xR",
    "Kq7Zt2Vn9Lb4Xw6Rj8",
    "9f3c1a7e5b2d8046c1e97a3b5d2f8046",
)
HF = BY_FORM["hugging face"][0]
ONE, TWO = HF[:15], HF[15:]
ZEROS = "I1122 07:00:00.0 1 x.cc:1] "


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


LOGIN = json.dumps({"password": A})
# A text, and parts of it of which none may be left.
SECRETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # broken by what shows it
    *((before.join((ONE, TWO)), (ONE, TWO)) for before in ("\r\n", "\\\n", "\u200b", "\u00a0\n")),
    (f"│ {ONE} │\n│ {TWO} │", (ONE, TWO)),
    (f"t-1  | {ONE}\nt-1  | {TWO}", (ONE, TWO)),
    (f"{ZEROS}{ONE}\n{ZEROS}{TWO}", (ONE, TWO)),
    (f"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkw\nIiwibmFtZSI6IkoifQ.{A}", (A, "Iiwib")),
    ("\n".join(ZEROS + line for line in PRIVATE_KEY.split("\n")), (A,)),
    # encoded
    (f"read {b64(HF)} there", (b64(HF)[6:40],)),
    (f"client-key-data: {b64(PRIVATE_KEY)}", (b64(PRIVATE_KEY)[40:90],)),
    (f"X-Registry-Auth: {b64(LOGIN)}", (b64(LOGIN)[20:],)),
    (HF.encode().hex(), (HF.encode().hex()[8:40],)),
    (HF.replace("_", "%5F"), (A,)),
    # in shells and programs
    (f"set -x HF_TOKEN {A}", (A,)),
    (f"+ HF_TOKEN=$'{A}'", (A,)),
    (f"| HF_TOKEN | {A} |", (A,)),
    (f"vllm serve x --api-key {A}", (A,)),
    (f"['--hf-token', '{A}']", (A,)),
    (f"Namespace(api_key=['{A}'], port=1)", (A,)),
    (f"--password '{B} {A}'", (A, B)),
    (f"curl -u ada:{B} https://x", (B,)),
    (f"machine x login y\n  password {B}", (B,)),
    (f"wandb login {HEX}", (HEX,)),
    (f"DB_PASS={B} DB_PWD={B} ROOT_PW={B} KEY_PASSPHRASE={B} ZORK_KEY={HEX}", (B, HEX)),
    (f"DB_PASSWORD=%{B}&{A[:8]}", (B, A[:8])),
    (f"aws_secret_access_key = {A}/+x", (A,)),
    ("host=db password=correcthorse dbname=x", ("correcthorse",)),
    ("the password is Tr0ub4dor9", ("Tr0ub4dor9",)),
    (f"api-key: {HEX}", (HEX,)),
    # in other languages
    *((f"{name}{B} x", (B,)) for name in ("密码：", "令牌是", "пароль: ", "Токен=", "Passwort: ")),
    # in headers and addresses
    (f'Authorization: Digest username="a", nonce="{HEX}", response="{A}"', (HEX, A)),
    (f"Authorization: AWS4-HMAC-SHA256 Credential=x/20260101, Signature={HEX}", (HEX,)),
    (f"'Cookie': 'session={A}'", (A,)),
    (f"http://svc:p@ss{B}@proxy http://svc:pa/ss{B}@proxy", (B,)),
    (f"https://cdn/x?Policy={A}&Key-Pair-Id=K3#access_token={B}", (A, B)),
    (f"SharedAccessKeyName=Root;SharedAccessKey={A}=", (A,)),
    (f"https://a.webhook.office.com/webhookb2/{HEX}@{HEX}/IncomingWebhook/{A}", (HEX, A)),
    (quote(f"https://x?token={HF}", safe=""), (A,)),
    # of more issuers
    *(
        (text, (A,))
        for text in (f"pplx-{A}", f"lin_api_{A}", f"secret_{A}{B}", f"figd_{A}", f"csk-{A}")
    ),
    *((text, (HEX,)) for text in (f"shpat_{HEX}", f"lsv2_pt_{HEX}_1", f"pul-{HEX}00112233")),
    (f"ada:$apr1$abcdefgh${A}", (A,)),
    ("ms-9f3c1a7e-5b2d-8046-c1e9-7a3b5d2f8046", ("5b2d-8046",)),
)
NAMES: tuple[tuple[str, str], ...] = (
    (r"C:\Users\grace hopper\models", "hopper"),
    (r"\\wsl$\Ubuntu\home\grace.hopper", "hopper"),
    (r"open \\files7\share", "files7"),
    ("/mnt/home/grace.hopper/x /run/media/grace.hopper/disk", "hopper"),
    ("Nov 22 15:01:37 box-17 dockerd[123]: level=error", "box-17"),
    ("grace@box-17:~$ docker ps", "box-17"),
    ("from 100.100.5.6 and 203.0.113.7", "113.7"),
    ("[2a02:8109:9ac0:1234:5678:9abc:def0:1234]:8000", "2a02"),
    ("2001:db8:85a3::8a2e:370:7334", "8a2e"),
    (f"gpu_uuid: 5e1a6f2b-87ab-4c3d-9e8f-0123456789ab, machine-id={HEX}", "87ab"),
    ("user=grace.hopper%40acme.org", "hopper"),
)
# What a reader needs, and what only begins or looks like a secret.
STAYS = r"""
nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3@sha256:9f3c1a7e5b2d8046c1e97a3b5d2f80469f3c1a7e5b2d8046c1e9
meta-llama/Llama-3.1-8B-Instruct hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4
model-00001-of-00004.safetensors
Driver Version: 535.183.06 CUDA Version: 12.2 nvidia-cudnn-cu12==9.1.0.70 torch
2.7.0a0+7c8ec84dab.nv25.03
/root/hub/models--google--gemma-2b/snapshots/9cf48e52b224239de00d483ec8eb84fb8d0f3a3a/config.json
model.layers.0.self_attn.q_proj.weight token/no-access repository/model-json-syntax
"eos_token": "<|im_end|>", "bos_token": "<s>", "pad_token": "<|endoftext|>", "api_key": null,
"token": "$HF_TOKEN"
hf_hub_download hf_xet hf_transfer hf_overrides hf_config_path hf_token token=None, tokens/s:
1234.56
docker run -e HF_TOKEN=$HF_TOKEN --env HUGGING_FACE_HUB_TOKEN=$HF_TOKEN x --api-key, --token,
--hf-token
Hugging Face token: google/gemma-2b is gated; token: Qwen2.5-0.5B-Instruct
password: required; basic usage of the Basic Authentication; Access to model google/gemma-2b is
restricted.
http://localhost:8000/v2/models/gemma/ready https://registry:5000/image@sha256:9f3c1a7e
127.0.0.1:8000 0.0.0.0:8001
(Request ID: Root=1-66f3c1a7-5b2d8046c1e97a3b5d2f8046) NVRM: Xid (PCI:0000:3b:00): 79, pid=123
2026-11-22T15:01:37Z
"""
KNOWN = Known()


def test_no_part_of_a_secret_is_left_however_it_is_written() -> None:
    for text, parts in SECRETS:
        shown, sent = clean(text), Redactor(KNOWN).text(text)
        assert [part for part in parts if part in shown or part in sent] == [], (text, shown, sent)
        assert leftovers("a.log", sent, KNOWN) == [], sent
        assert leftovers("a.log", text, KNOWN), text


def test_no_part_is_left_in_a_line_of_json_that_a_program_logged() -> None:
    for text, parts in SECRETS:
        line = json.dumps({"message": f"first\n{text}\nlast"})
        shown, sent = clean(line), Redactor(KNOWN).text(line)
        assert [part for part in parts if part in shown or part in sent] == [], (line, sent)
        whole = json.dumps({"log": sent}, indent=2)
        assert leftovers("a.json", whole, KNOWN) == [], "or no report would be written"


def test_the_second_look_takes_no_sign_of_a_format_for_a_secret() -> None:
    line = json.dumps({"message": "│ 模型 была загружена", "path": "\\\\d\\w"})
    assert leftovers("a.json", json.dumps({"log": line, "more": [line]}), KNOWN) == []
    page = escape('run --password \'[password-1]\' with {"token": "[token-1]"}')
    assert leftovers("a.html", f"<p>{page}</p>", KNOWN) == []


def test_no_name_leaves() -> None:
    for text, part in NAMES:
        sent = Redactor(KNOWN).text(text)
        assert part not in sent, sent
        assert leftovers("a.log", sent, KNOWN) == [], sent


def test_what_a_reader_needs_stays() -> None:
    for line in STAYS.splitlines():
        assert (clean(line), Redactor(KNOWN).text(line)) == (line, line)


def test_a_key_in_a_variable_of_any_name_is_known_by_its_looks() -> None:
    environ = {
        "ZORK": A,
        "MODEL": "Qwen2.5-0.5B-Instruct-GPTQ-Int4",
        "GIT_COMMIT": HEX,
        "FOLDER": "/models/gemma2b/20240101/abc",
    }
    assert known_here(FakeHost(), Deployment(), environ, Names()).secrets == (A,)
