"""Commands as people type, paste and keep them, each with all that is wrong with it."""
# ruff: noqa: E501 - a row is a line

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.command.reading import better, taken, verdict

IMAGE = "nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3"
REPO = "--mount type=bind,source=$PWD/model_repository,target=/models"
TOKEN = "HUGGING_FACE_HUB_TOKEN=$HF_TOKEN"
SERVER = "tritonserver --model-repository=/models --model-control-mode=explicit --load-model=gemma"
GUIDE = f"""docker run --gpus all -d -p 8000:8000 -p 8001:8001 -p 8002:8002 --env {TOKEN} \\
  {REPO} \\
  --mount type=volume,source=triton_hf_cache,target=/root/.cache/huggingface \\
  --name triton_vllm_server {IMAGE} \\
  {SERVER}
"""
POWERSHELL = (
    GUIDE.replace("\\\n", "`\n").replace("$HF_TOKEN", "$env:HF_TOKEN").replace("$PWD", "${PWD}")
)
CMD = GUIDE.replace("\\\n", "^\n").replace("$HF_TOKEN", "%HF_TOKEN%").replace("$PWD/", "%cd%\\")
SECRET = "hf_" + "aB3dE5gH7j" * 3 + "kLmN"
BAD, PATH = "docker/bad-command", "mount/bad-path"


def guide(*changes: tuple[str, str]) -> str:
    return changed(GUIDE, *changes)


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


# What is there, the shell, the text, and what is found: problem, or `problem line:column`.
COMMANDS: list[tuple[str, str, str, list[str]]] = [
    ("guide", "bash", GUIDE, []),
    ("guide for PowerShell", "powershell", POWERSHELL, []),
    ("guide for cmd", "cmd", CMD, []),
    ("guide in fish", "fish", GUIDE, []),
    ("fish's own way to ask", "fish", guide(("source=$PWD/", "source=(pwd)/"), (TOKEN, "HF_TOKEN=(cat ~/token)")), []),
    ("on one line", "bash", GUIDE.replace("\\\n", ""), []),
    ("short options in one word", "bash", guide(("-d -p 8000:8000", "-dit -p8000:8000")), []),
    ("equals signs", "bash", guide(("--gpus all", "--gpus=all"), ("--name ", "--name=")), []),
    ("docker container run", "bash", guide(("docker run", "docker container run")), []),
    ("a context", "bash", guide(("docker run", "docker --context box run")), []),
    ("sudo, token by value", "bash", "sudo " + GUIDE, []),
    ("sudo drops the token", "bash", "sudo " + guide((TOKEN, "HF_TOKEN")), ["token/missing 1:1"]),
    ("sudo -E", "bash", "sudo -E " + guide((TOKEN, "HF_TOKEN")), []),
    ("an older runtime", "bash", guide(("--gpus all", "--runtime=nvidia")), []),
    ("CDI", "bash", guide(("--gpus all", "--device nvidia.com/gpu=all")), []),
    ("--rm", "bash", guide(("-d", "-d --rm")), ["command/removes-log 1:26"]),
    ("--rm=false", "bash", guide(("-d", "-d --rm=false")), []),
    ("--rm and --restart", "bash", guide(("-d", "--rm --restart always")), ["command/removes-log", BAD]),
    ("no --gpus", "bash", guide(("--gpus all ", "")), ["gpu/not-visible 1:12"]),
    ("options behind the image", "bash", f"docker run -d {IMAGE} --gpus all -p 8000:8000 -e HF_TOKEN {REPO} {SERVER}", [BAD] * 4),
    ("options behind the image, and no server", "bash", f"docker run -d -p 8000:8000 -e HF_TOKEN {IMAGE} --gpus all {REPO}", ["command/no-server", BAD, BAD]),
    ("options behind the server", "bash", f"docker run -d {IMAGE} {SERVER} --gpus all -p 8000:8000 -e HF_TOKEN {REPO}", [BAD] * 4),
    ("--gpu", "bash", guide(("--gpus", "--gpu")), [BAD]),
    ("--gpus with a bare list", "bash", guide(("--gpus all", "--gpus device=0,1")), [BAD]),
    ("--gpus with a quoted list", "bash", guide(("all", "'\"device=0,1\"'")), []),
    ("--gpus half", "bash", guide(("--gpus all", "--gpus half")), [BAD]),
    ("--port", "bash", guide(("-p 8000", "--port 8000")), ["request/connection-refused", BAD]),
    ("value forgotten", "bash", guide((" triton_vllm_server", "")), [BAD]),
    ("size", "bash", guide(("-d", "-d --shm-size=1x")), [BAD]),
    ("container name", "bash", guide((" triton_vllm_server", " 'my server'")), [BAD]),
    ("no image", "bash", "docker run --gpus all -p 8000:8000", [BAD]),
    ("capital image", "bash", guide(("nvidia/triton", "NVIDIA/triton")), [BAD]),
    ("two tags", "bash", guide(("25.06", "25.06:latest")), [BAD]),
    ("image without vLLM", "bash", guide(("-vllm-python-py3", "-py3")), ["image/wrong-variant 4:29"]),
    ("client tools", "bash", guide(("-vllm-python-py3", "-py3-sdk")), ["image/wrong-variant"]),
    ("$env: in bash", "bash", guide(("$HF_TOKEN", "$env:HF_TOKEN")), ["token/invalid 1:94"]),
    ("percent signs in bash", "bash", guide(("$HF_TOKEN", "%HF_TOKEN%")), ["token/invalid"]),
    ("$ in PowerShell", "powershell", changed(POWERSHELL, ("$env:", "$")), ["token/missing"]),
    ("percent in PowerShell", "powershell", changed(POWERSHELL, ("$env:HF_TOKEN", "%HF_TOKEN%")), ["token/invalid"]),
    ("$ in cmd", "cmd", changed(CMD, ("%HF_TOKEN%", "$HF_TOKEN")), ["token/invalid"]),
    ("$env: in cmd", "cmd", changed(CMD, ("%HF_TOKEN%", "$env:HF_TOKEN")), ["token/invalid"]),
    ("single quotes", "bash", guide((TOKEN, f"'{TOKEN}'")), ["token/invalid"]),
    ("other variable", "bash", guide(("HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_TOKEN")), ["token/missing"]),
    ("token of LangChain", "bash", guide((TOKEN, "HUGGINGFACEHUB_API_TOKEN=$T")), ["token/missing"]),
    ("no value", "bash", guide(("$HF_TOKEN", "")), ["token/missing"]),
    ("placeholder", "bash", guide(("$HF_TOKEN", "<your token>")), ["token/invalid"]),
    ("x for a token", "bash", guide(("$HF_TOKEN", "hf_xxxxxxxxxxxxxxxx")), ["token/invalid"]),
    ("token in clear", "bash", guide(("$HF_TOKEN", SECRET)), ["command/token-in-clear 1:65"]),
    ("another's key", "bash", guide(("-d", "-d -e WANDB_API_KEY=0123abc")), ["command/token-in-clear"]),
    ("blank after backslash", "bash", guide(("/models \\", "/models \\ ")), [f"{BAD} 2:66"]),
    ("tab after backslash", "bash", guide(("/models \\", "/models \\\t")), [BAD]),
    ("blank after backtick", "powershell", changed(POWERSHELL, ("/models `", "/models ` ")), [BAD]),
    ("blank after caret", "cmd", changed(CMD, ("/models ^", "/models ^ ")), [BAD]),
    ("one backtick in bash", "bash", guide(("/models \\", "/models `")), [f"{BAD} 2:65"]),
    ("one caret in bash", "bash", guide(("/models \\", "/models ^")), [BAD]),
    ("backslash in PowerShell", "powershell", changed(POWERSHELL, ("/models `", "/models \\")), [BAD]),
    ("backtick in cmd", "cmd", changed(CMD, ("/models ^", "/models `")), [BAD]),
    ("sign forgotten", "bash", guide(("/models \\", "/models")), [f"{BAD} 3:3"]),
    ("typographic quotes", "bash", guide((TOKEN, f"“{TOKEN}”")), [BAD, BAD]),
    ("en dash", "bash", guide(("--gpus", "–gpus")), [f"{BAD} 1:12"]),
    ("em dash", "bash", guide(("--load-model", "—load-model")), [BAD]),
    ("hard blank", "bash", guide(("--gpus all", "--gpus\u00a0all")), [BAD]),
    ("quote left open", "bash", guide((TOKEN, f'"{TOKEN}')), [BAD]),
    ("prompt", "bash", "$ " + GUIDE, [f"{BAD} 1:1"]),
    ("long prompt", "bash", "ada@box:~/models$ " + GUIDE, [BAD]),
    ("prompt of PowerShell", "powershell", "PS C:\\Users\\ada> " + POWERSHELL, [BAD]),
    ("prompt of cmd", "cmd", "C:\\Users\\ada>" + CMD, [BAD]),
    ("numbers of lines", "bash", "".join(f"{n}  {one}\n" for n, one in enumerate(GUIDE.splitlines(), 1)), [BAD]),
    ("fence of Markdown", "bash", f"Run this:\n\n```bash\n{GUIDE}```\n", []),
    ("-v makes a folder", "bash", guide((REPO, "-v /srv/none:/models")), ["mount/source-missing"]),
    ("-v takes a volume", "bash", guide((REPO, "-v model_repository:/models")), [f"{PATH} 2:6"]),
    ("relative bind", "bash", guide(("$PWD/model", "model")), [PATH]),
    ("dotted bind", "bash", guide(("$PWD/model", "./model")), [PATH]),
    ("--mount without type", "bash", guide(("type=bind,source=$PWD", "source=/home/ada")), [PATH]),
    ("--mount with a slip", "bash", guide(("target=/models", "taget=/models")), [BAD]),
    ("C: in bash", "bash", guide(("$PWD/", "C:\\Users\\ada\\")), [PATH]),
    ("/mnt/c in PowerShell", "powershell", changed(POWERSHELL, ("${PWD}", "/mnt/c/Users/ada")), [PATH]),
    ("/mnt/c in cmd", "cmd", changed(CMD, ("%cd%\\", "/mnt/c/ada/")), [PATH]),
    ("%cd% in bash", "bash", guide(("$PWD", "%cd%")), [PATH]),
    ("$PWD in cmd", "cmd", changed(CMD, ("%cd%\\", "$PWD/")), [PATH]),
    ("tilde after the sign", "bash", guide(("$PWD", "~")), [PATH]),
    ("Git Bash", "git-bash", GUIDE, [f"{PATH} 1:1"]),
    ("Git Bash, told not to", "git-bash", "MSYS_NO_PATHCONV=1 " + GUIDE, []),
    ("winpty", "git-bash", "winpty " + GUIDE, [PATH]),
    ("single quotes in cmd", "cmd", changed(CMD, ("source=%cd%\\model_repository", "source='%cd%\\m'")), [PATH]),
    ("port changed inside", "bash", guide(("--load", "--http-port=9000 --load")), ["request/connection-refused 1:26"]),
    ("port changed on both sides", "bash", guide(("8000:8000", "80:9000"), ("--load", "--http-port 9000 --load")), []),
    ("port of nobody", "bash", guide(("8002:8002", "8080:80")), ["command/port-unused 1:52"]),
    ("one port twice", "bash", guide(("8001:8001", "8000:8001")), ["port/given-twice"]),
    ("on one address", "bash", guide(("8000:8000", "127.0.0.1:8000:8000")), []),
    ("the host's network", "bash", guide(("-d", "-d --network host")), ["command/ports-ignored"]),
    ("mode forgotten", "bash", guide(("--model-control-mode=explicit ", "")), ["launch/load-without-explicit 5:43"]),
    ("other mode", "bash", guide(("=explicit", "=poll")), ["launch/load-without-explicit"]),
    ("misspelt mode", "bash", guide(("=explicit", "=explict")), ["launch/bad-flag"]),
    ("nothing to load", "bash", guide((" --load-model=gemma", "")), ["command/nothing-loaded"]),
    ("flag cut short", "bash", guide(("--model-repository", "--model-repo")), []),
    ("flag misspelt", "bash", guide(("--model-control", "--model-contol")), ["launch/bad-flag"]),
    ("vLLM's flag", "bash", GUIDE.rstrip() + " --max-model-len=2048", ["launch/bad-flag"]),
    ("a word too many", "bash", GUIDE.rstrip() + " gemma", ["launch/bad-flag"]),
    ("port that is none", "bash", GUIDE.rstrip() + " --grpc-port=x", ["launch/bad-flag"]),
    ("docker's option last", "bash", GUIDE.rstrip() + " -e A=b", [f"{BAD} 5:92"]),
    ("triton's option first", "bash", guide(("--name", "--model-repository=/models --name")), [BAD]),
    ("no server", "bash", guide((f" \\\n  {SERVER}", "")), ["command/no-server"]),
    ("no program", "bash", guide(("tritonserver --", "--")), ["launch/bad-flag"]),
    ("no repository", "bash", guide(("--model-repository=/models ", "")), ["command/no-repository"]),
    ("repository elsewhere", "bash", guide(("repository=/models", "repository=/repo")), ["mount/not-mounted"]),
    ("path of the host", "bash", guide(("repository=/models", "repository=$PWD/m")), ["mount/not-mounted"]),
    ("folder in the mount", "bash", guide(("repository=/models", "repository=/models/a")), []),
    ("repository in a cloud", "bash", guide(("repository=/models", "repository=s3://b/m")), []),
    ("in a shell", "bash", guide((SERVER, f"bash -c '{SERVER}'")), []),
    ("podman", "bash", guide(("docker", "podman")), ["command/other-engine"]),
    ("nvidia-docker", "bash", guide(("docker", "nvidia-docker"), ("--gpus all ", "")), ["command/other-engine"]),
    ("a script", "bash", f"#!/bin/bash\nset -e\ndocker rm -f x || true\n{GUIDE}docker logs -f x\n", []),
    ("variables of a script", "bash", f"I={IMAGE}\nR=$PWD/model_repository\n" + guide((IMAGE, "$I"), ("$PWD/model_repository", "${R}")), []),
    ("heredoc", "bash", f"cat > run.sh <<'EOF'\n{GUIDE}EOF\nbash run.sh\n", []),
    ("over ssh", "bash", f"ssh box <<EOF\n{guide(('--gpus all ', ''))}EOF\n", ["gpu/not-visible"]),
    ("two commands on one line", "bash", "cd /srv && " + GUIDE, []),
    ("NVIDIA's own example", "bash", f"docker run --gpus all -it --net=host --rm --shm-size=1G --ulimit memlock=-1 -v ${{PWD}}:/work -w /work {IMAGE} tritonserver --model-repository ./model_repository", ["command/removes-log"]),
    ("comment in between", "bash", guide(("  --name", "  # the name\n  --name")), [f"{BAD} 4:1"]),
    ("comment after the sign", "bash", guide(("/models \\", "/models \\  # mine")), [BAD]),
    ("blank around a sign", "bash", guide(("--gpus all", "--gpus = all")), [BAD]),
    ("blank after a comma", "bash", guide(("bind,source", "bind, source")), [BAD]),
    ("one hyphen too few", "bash", guide(("--gpus", "-gpus")), [BAD]),
    ("tag apart from the name", "bash", guide((":25.06-vllm-python-py3", ": 25.06-vllm-python-py3")), [BAD, "image/wrong-variant"]),
    ("token of a default", "bash", guide(("$HF_TOKEN", "${HF_TOKEN:-}")), []),
    ("token set in the text", "bash", f"export HF_TOKEN={SECRET}\n{GUIDE}", ["command/token-in-clear 1:17"]),
    ("two of them", "bash", f"docker run --rm hello-world\n{GUIDE}", []),
    ("options in a variable", "bash", f"docker run $OPTS {IMAGE} {SERVER}", []),
    ("options in an array", "bash", f'docker run "${{A[@]}}" {IMAGE} {SERVER}', []),
    ("splatted options", "powershell", f"docker run @options {IMAGE} {SERVER}", []),
    ("through wsl", "powershell", f"wsl docker run --gpus all -p 8000:8000 -v /mnt/c/m:/models {IMAGE} {SERVER}", []),
    ("doubled slashes", "git-bash", f"docker run --gpus all -p 8000:8000 -v /$(pwd)/m://models {IMAGE} {SERVER.replace('=/', '=//')}", []),
    ("batch file", "cmd", f"@echo off\r\nset I={IMAGE}\r\ndocker run --gpus all -p 8000:8000 -v %~dp0m:/models %I% {SERVER}\r\n", []),
    ("image by its digest", "bash", guide((":25.06-vllm-python-py3", "@sha256:" + "a" * 64)), []),
    ("prompts of cmd", "cmd", "C:\\Users\\ada>" + CMD.replace("^\n", "^\nMore? "), [BAD]),
    ("typographic quotes in quotes", "bash", guide(("all", "‘“device=0,1”’")), [BAD] * 4),
    ("typographic quotes around a variable", "bash", guide((REPO, "-v “$PWD/model_repository”:/models")), [BAD, BAD]),
    ("a colon after a name", "powershell", changed(POWERSHELL, (REPO.replace("$PWD", "${PWD}"), "-v $PWD:/models")), [BAD]),
    ("capital letter", "bash", guide(("docker", "Docker")), [BAD]),
    ("server in one word", "bash", guide((SERVER, f'"{SERVER}"')), [f"{BAD} 5:3"]),
    ("server misspelt", "bash", guide(("  tritonserver", "  tritonsever")), [f"{BAD} 5:3"]),
    ("flag with an underscore", "bash", guide(("--model-repository", "--model_repository")), ["launch/bad-flag"]),
    ("place that is no whole path", "bash", guide(("target=/models", "target=models")), [PATH]),
    ("place without a slash after -v", "bash", guide((REPO, "-v $PWD/model_repository:models")), [PATH]),
    ("a folder for downloads that is new", "bash", guide(("-d", "-d -v /srv/none:/root/.cache/huggingface")), []),
    ("another folder that is new", "bash", guide(("-d", "-d -v /srv/none:/data")), ["mount/source-missing"]),
    ("one number for a port", "bash", guide(("8000:8000", "8000")), ["request/connection-refused"]),
    ("blank in a port", "bash", guide(("8000:8000", "8000: 8000")), [BAD, "request/connection-refused"]),
    ("image of vLLM itself", "bash", "docker run --gpus all -p 8000:8000 vllm/vllm-openai:latest --model google/gemma-2b", []),
    ("nothing mounted", "bash", guide((f"{REPO} \\\n  ", "")), ["mount/not-mounted"]),
    ("blank in a path", "bash", guide((REPO, "-v /home/ada/my models:/models")), [BAD]),
    ("star and a name", "bash", guide(("--load-model=gemma", "--load-model='*' --load-model=gemma")), ["launch/bad-flag"]),
    ("size without a unit", "bash", guide(("-d", "-d --shm-size 1")), ["host/shm-too-small 1:37"]),
    ("a try of the GPUs", "bash", "docker run --gpus all ubuntu:24.04 nvidia-smi", []),
    ("in an if", "bash", f"if true; then\n{GUIDE}fi\n", []),
]  # fmt: skip


def test_there_are_enough() -> None:
    assert len(COMMANDS) >= 60
    assert len({name for name, *_ in COMMANDS}) == len(COMMANDS)


@pytest.mark.parametrize(
    ("shell", "text", "expected"),
    [row[1:] for row in COMMANDS],
    ids=[row[0] for row in COMMANDS],
)
def test_a_command(shell: str, text: str, expected: list[str]) -> None:
    result = verdict(taken(text, shell), missing=("/srv/none",))
    found = [f"{one.problem} {one.where}" for one in result.findings]
    assert len(found) == len(expected), found
    for want in expected:
        hit = next((one for one in found if one.startswith(want)), None)
        assert hit, (want, found)
        found.remove(hit)


@pytest.mark.parametrize(
    ("shell", "text"), [row[1:3] for row in COMMANDS], ids=[row[0] for row in COMMANDS]
)
def test_what_is_corrected_is_found_no_more(shell: str, text: str) -> None:
    given = taken(text, shell)
    result = verdict(given, missing=("/srv/none",))
    repaired = {one.problem for one in result.findings if one.fix}
    left = {one.problem for one in result.findings if not one.fix}
    text = better(given, result)
    assert bool(text) == bool(repaired)
    if text:
        after = verdict(taken(text, shell), missing=("/srv/none",))
        again = {one.problem for one in after.findings}
        assert again & repaired <= left | {BAD} - (repaired - left), again
