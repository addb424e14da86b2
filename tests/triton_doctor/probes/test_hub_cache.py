"""Which models a cache folder has whole, in huggingface_hub's own layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checkpoints import cache, model, repository
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.probes.hub_cache import HubCache, hub_cache

NAME = "google/gemma-2b"


def look(folder: Path) -> HubCache:
    given = Deployment(repository=str(folder / "models"), cache_volume=str(folder / "hf"))
    return Context(LocalHost(), given, Settings()).fact(hub_cache)


def test_a_model_comes_to_be_there_and_is_broken(tmp_path: Path) -> None:
    repository(tmp_path / "models", {"model": NAME})
    assert look(tmp_path) == HubCache()
    (tmp_path / "hf").mkdir()
    snapshot = cache(tmp_path / "hf", NAME, model(2))
    assert look(tmp_path) == HubCache((NAME,))
    begun = tmp_path / "hf/hub/models--google--gemma-2b/blobs/abc.incomplete"
    begun.write_bytes(b"x")
    assert look(tmp_path).whole == ()
    begun.unlink()
    (snapshot / "config.json").unlink()
    assert look(tmp_path).whole == ()


def test_a_revision_that_was_not_downloaded(tmp_path: Path) -> None:
    repository(tmp_path / "models", {"model": NAME, "revision": "v9"})
    (tmp_path / "hf").mkdir()
    cache(tmp_path / "hf", NAME, model(2))
    assert look(tmp_path).whole == ()


def test_a_tokenizer_that_lives_elsewhere(tmp_path: Path) -> None:
    named = {"model": "/models/gemma/weights", "tokenizer": "a/words", "tokenizer_revision": "v2"}
    repository(tmp_path / "models", named)
    (tmp_path / "hf").mkdir()
    snapshot = cache(tmp_path / "hf", "a/words", {"tokenizer.json": b"{}", "README.md": b"a"})
    assert look(tmp_path).tokenizers == ()
    (tmp_path / "hf/hub/models--a--words/refs/v2").write_text(snapshot.name)
    assert look(tmp_path).tokenizers == ("a/words",)
    (snapshot / "tokenizer.json").unlink()
    assert look(tmp_path).tokenizers == ()


@pytest.mark.parametrize("name", ["/models/gemma/weights", "a b"])
def test_what_is_no_name_on_the_hub(tmp_path: Path, name: str) -> None:
    repository(tmp_path / "models", {"model": name})
    assert look(tmp_path).whole == ()
