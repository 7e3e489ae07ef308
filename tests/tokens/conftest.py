"""The fixtures that the tests of tokens share."""

from typing import Any

import pytest

from tests.tokens.signing import Clock, Key, Vercel, key_set, new_key


@pytest.fixture(scope="session")
def _keys() -> tuple[Key, Key]:
    return new_key("key_1"), new_key("key_1")


@pytest.fixture
def vercel(fake: Any, _keys: tuple[Key, Key]) -> Vercel:
    """Vercel with one key, which it publishes."""
    key, stranger = _keys
    fake.answers(key_set(key))
    return Vercel(key, stranger, Clock(), fake)
