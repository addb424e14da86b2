"""Whether enough memory is free: a real GPU that another process holds, and fakes."""

from __future__ import annotations

from tests.triton_doctor_checks.gpu.cases import fake, fake_gpu, recorded, seen
from triton_doctor.host.nvml import GpuProcess
from triton_doctor.model import Severity
from triton_doctor.probes.containers import Container, Containers
from triton_doctor.probes.gpus import Holder
from triton_doctor.probes.repository import Model, Repository
from triton_doctor.probes.repository_files import Entry, Folder, TextFile
from triton_doctor.record import replace

HELD = GpuProcess(7, 10 << 30)
BUSY = fake_gpu(free=14 << 30, processes=(HELD,))
HOLDER = Holder(7, "python3", "ab" * 32)


def models(text: str) -> Repository:
    """A repository with one model and this model.json."""
    file = TextFile("gemma/1/model.json", text=text)
    model = Model("gemma", Folder("gemma", entries=(Entry("1", "folder"),)), files=(file,))
    return Repository("model_repository", "/srv/model_repository", Folder(""), (model,))


def test_a_real_gpu_of_which_another_process_holds_20_gib() -> None:
    finding = seen(recorded("held")).only()
    assert (finding.problem, finding.severity) == ("gpu/busy", Severity.WARNING)
    assert finding.title.startswith(
        "GPU 0 has 119.3 GiB of 139.8 GiB free, less than the share of 0.9"
    )
    assert finding.evidence == ("python3 (pid 524) holds 20.5 GiB",)


def test_the_share_is_model_json_s_own() -> None:
    low = '{"model": "m", "gpu_memory_utilization": 0.5}'
    assert seen(fake(BUSY), repository=models(low)).ids == []
    high = '{"model": "m", "gpu_memory_utilization": 0.95}'
    assert "share of 0.95" in seen(fake(BUSY), repository=models(high)).only().title
    for odd in ("[]", "{", '{"gpu_memory_utilization": "x"}'):
        assert "share of 0.9 " in seen(fake(BUSY), repository=models(odd)).only().title


def test_a_gpu_that_the_model_does_not_reach_is_a_note() -> None:
    fact = fake(fake_gpu(), replace(BUSY, index=1))
    one, two = '{"model": "m"}', '{"model": "m", "tensor_parallel_size": 2}'
    note = seen(fact, repository=models(one)).only()
    assert note.severity is Severity.NOTE
    assert "do not reach" in note.why
    assert seen(fact, repository=models(two)).only().severity is Severity.WARNING
    assert seen(fact).only().severity is Severity.WARNING


def test_the_deployment_s_own_server_is_not_in_its_own_way() -> None:
    fact = replace(fake(BUSY), holders=(HOLDER,))
    own = Container("ab" * 6, "triton_vllm_server", "image", "running", 0.0)
    assert seen(fact, containers=Containers((own,), 0.0)).ids == []
    other = replace(own, name="web")
    finding = seen(fact, containers=Containers((other,), 0.0)).only()
    assert finding.evidence == ("python3 (pid 7) in container web holds 10.0 GiB",)


def test_memory_that_nobody_shows_to_hold() -> None:
    finding = seen(fake(fake_gpu(free=1 << 30))).only()
    assert "cannot be seen from here" in finding.why
    assert finding.evidence == ()
