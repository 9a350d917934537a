"""The model on this machine is the one that was measured, or there is none."""

import sys
from pathlib import Path

import numpy as np
import pytest

from advnet.search.vectors import EmbeddingError, LocalModel, model
from advnet.search.vectors.embedding import NO_MODEL, WRONG_MODEL


def test_texts_of_one_matter_are_closer_than_others(minilm: LocalModel):
    ice, loss, chips = minilm.embed(
        ["Decline of sea ice in the Arctic", "The polar ocean is losing its frozen cover", "Export controls for chips"]
    )
    assert ice @ loss > 0.5
    assert ice @ chips < 0.2


def test_vectors_have_length_one_and_do_not_depend_on_their_neighbours(minilm: LocalModel):
    texts = ["sea ice", "a", "Policy advice for governments. " * 100, "", "🧊" * 50, "\x00\x01", "x" * 100_000]
    together = minilm.embed(texts)
    assert together.shape == (7, 384)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, together, strict=True):
        assert minilm.embed([text])[0] @ vector > 0.9999


def test_no_texts_give_no_vectors(minilm: LocalModel):
    assert minilm.embed([]).shape == (0, 384)


def test_known_vectors_stay_what_they_were(minilm: LocalModel):
    """Stored vectors would otherwise be compared with others: raise the id with any change."""
    (found,) = minilm.embed(["Ocean acidification and coral reefs"])
    assert minilm.id == "all-MiniLM-L6-v2-int8/1"
    np.testing.assert_allclose(found[:4], KNOWN, atol=2e-3)


KNOWN = (0.0253, 0.0196, -0.0122, 0.0215)


def test_nothing_is_loaded_before_the_first_text():
    assert LocalModel()._loaded is None


def test_a_model_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model, "MODEL_PACKAGE", "no_such_package_of_weights")
    missing = LocalModel()
    assert missing.trouble() == NO_MODEL
    with pytest.raises(EmbeddingError) as caught:
        missing.embed(["x"])
    assert caught.value.reason == NO_MODEL


@pytest.mark.parametrize("library", ["onnxruntime", "tokenizers.implementations"])
def test_a_library_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch, library: str):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(EmbeddingError) as caught:
        LocalModel().embed(["x"])
    assert caught.value.reason == NO_MODEL


def test_weights_that_differ_in_a_single_bit_are_not_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    weights = bytearray(model._weights())
    weights[1_000_000] ^= 1
    (tmp_path / "model.onnx").write_bytes(weights)
    monkeypatch.setattr(model, "_path", lambda: tmp_path / "model.onnx")
    with pytest.raises(EmbeddingError, match="SHA-256") as caught:
        LocalModel().embed(["x"])
    assert caught.value.reason == WRONG_MODEL


def test_weights_that_are_cut_short_are_told_before_anybody_asks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "model.onnx").write_bytes(b"short")
    monkeypatch.setattr(model, "_path", lambda: tmp_path / "model.onnx")
    assert LocalModel().trouble() == WRONG_MODEL


def test_a_model_that_is_there_is_no_trouble(minilm: LocalModel):
    assert minilm.trouble() is None
    assert LocalModel().trouble() is None
