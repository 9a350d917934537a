"""The real model, loaded once."""

import pytest

from advnet.search.vectors import LocalModel


@pytest.fixture(scope="session")
def minilm() -> LocalModel:
    return LocalModel()
