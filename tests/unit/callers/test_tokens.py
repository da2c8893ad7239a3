"""Numbers become tokens that say nothing of the number."""

from __future__ import annotations

import pytest
from rapport.callers.tokens import TOKEN, NumberTokens

from tests.builders.callers import TOKENS


def test_a_token_is_the_same_for_a_number_and_another_under_another_key() -> None:
    token = TOKENS.of("+81312345678")
    assert TOKEN.fullmatch(token)
    assert token == TOKENS.of("+81312345678")
    assert token != NumberTokens(bytes(32)).of("+81312345678")
    assert "12345678" not in token


def test_neighbours_share_a_block_and_others_do_not() -> None:
    assert TOKENS.block_of("+81312345678") == TOKENS.block_of("+81312345601")
    assert TOKENS.block_of("+81312345678") != TOKENS.block_of("+81312345778")
    assert TOKENS.block_of("+81312345678") != TOKENS.of("+813123456")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        NumberTokens(b"short")
