"""How far a pull is, from lines as the engine sends them."""

from __future__ import annotations

from triton_doctor.launching.pulling import Pulling


def loading(layer: str, here: int, whole: int) -> dict[str, object]:
    detail = {"current": here, "total": whole}
    return {"status": "Downloading", "id": layer, "progressDetail": detail}


def pulling(*items: dict[str, object]) -> Pulling:
    made = Pulling()
    for item in items:
        made.take(item)
    return made


def test_it_is_summed_up_over_its_layers() -> None:
    seen = pulling(
        {"status": "Pulling from nvidia/tritonserver", "id": "25.06"},
        {"status": "Pulling fs layer", "id": "a"},
        {"status": "Already exists", "id": "b"},
        loading("a", 30, 100),
    )
    assert (seen.received, seen.whole, seen.layers) == (30, 100, (1, 2))
    seen.take({"status": "Download complete", "id": "a"})
    seen.take({"status": "Pull complete", "id": "a"})
    assert (seen.received, seen.layers) == (100, (2, 2))


def test_the_whole_is_told_once_every_size_is_known() -> None:
    begun = ({"status": "Pulling fs layer", "id": name} for name in "abc")
    seen = pulling(*begun, {"status": "Waiting", "id": "c"}, loading("a", 5, 10))
    assert seen.whole is None
    seen.take(loading("b", 1, 20))
    assert seen.whole is None
    seen.take(loading("c", 1, 30))
    assert seen.whole == 60


def test_a_layer_too_small_for_a_line_of_its_own_does_not_hide_the_whole() -> None:
    seen = pulling(
        {"status": "Pulling fs layer", "id": "a"},
        {"status": "Pulling fs layer", "id": "b"},
        {"status": "Download complete", "id": "b"},
        loading("a", 5, 10),
    )
    assert seen.whole == 10


def test_a_broken_line_is_seen_until_it_goes_on() -> None:
    seen = pulling(loading("a", 5, 10), {"status": "Retrying in 5 seconds", "id": "a"})
    assert seen.again
    assert seen.received == 5
    seen.take(loading("a", 6, 10))
    assert not seen.again
