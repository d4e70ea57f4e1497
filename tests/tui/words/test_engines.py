"""Words for engines: what computes, what is being loaded, and where the gpu engine computes."""

from types import SimpleNamespace

import pytest

from core.commentary.changes import EngineChanged
from core.engines.gpu import devices
from tui.words import changes, engines  # noqa: F401 - changes registers its words
from tui.words.phrases import WIDTH, says


@pytest.mark.parametrize(
    ("device", "words"),
    [
        (devices.Device("cuda", "NVIDIA H100"), "It computes in float64 on NVIDIA H100."),
        (devices.Device("cuda", "N" * 80), "It computes in float64."),
        (devices.choose(SimpleNamespace()), "torch finds no GPU: it computes on the CPU."),
        (
            devices.Device("cpu", "Apple's GPU (MPS) has no float64"),
            "Apple's GPU (MPS) has no float64: it computes on the CPU.",
        ),
    ],
)
def test_where_the_gpu_engine_computes_is_said_once_it_is_loaded(
    device: devices.Device, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "device", lambda: device)
    monkeypatch.setattr(engines, "is_loaded", lambda: False)
    changed = EngineChanged("gpu")
    assert says(changed)[1].endswith("only the time differs.")
    assert "So far" in engines.engine_words("gpu", is_wanted=True, problem="")[1]
    monkeypatch.setattr(engines, "is_loaded", lambda: True)
    assert says(changed)[1] == words
    assert engines.engine_words("gpu", is_wanted=True, problem="")[1] == words
    assert len(words) <= WIDTH
    assert says(EngineChanged("matrix"))[1].endswith("only the time differs.")
