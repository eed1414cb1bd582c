"""The text of refresh tokens: only what we made parses, however little is changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.protocol.tokens.refresh import RefreshTokenMint
from tests.support.builders.protocol import GRANT, HEAD, PROVIDER

MINT = PROVIDER.refresh_tokens


@given(st.integers(0, 10**9))
def test_a_token_that_was_made_parses_to_its_family_and_generation(generation: int) -> None:
    token = MINT.make(GRANT.id, generation)
    parsed = MINT.parse(token.text)
    assert parsed == token
    assert (token.grant_id, token.generation) == (GRANT.id, generation)


def test_rfc6749_10_10_two_tokens_of_one_generation_differ() -> None:
    assert MINT.make(GRANT.id, 1).text != MINT.make(GRANT.id, 1).text


@given(st.data())
def test_cr_13_one_changed_character_makes_it_none_of_ours(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(HEAD.text) - 1))
    other = data.draw(st.characters(exclude_characters=HEAD.text[index]))
    assert MINT.parse(HEAD.text[:index] + other + HEAD.text[index + 1 :]) is None


@pytest.mark.parametrize(
    "text",
    [
        HEAD.text[:-1],
        HEAD.text[1:],
        HEAD.text + "A",
        HEAD.text + "=",
        HEAD.text + "\n",
        HEAD.text.upper(),
        HEAD.text.replace(".2.", ".02."),
        "",
        ".",
        "...",
        "é",
    ],
    ids=["end cut", "start cut", "letter", "padding", "newline", "capitals", "zero", "empty", "dot", "dots", "accent"],
)
def test_cr_13_a_text_cut_extended_or_respelled_is_none_of_ours(text: str) -> None:
    assert MINT.parse(text) is None


@given(st.text(max_size=300))
def test_a_made_up_text_is_none_of_ours(text: str) -> None:
    assert MINT.parse(text) is None


def test_a_token_under_another_key_is_none_of_ours() -> None:
    assert RefreshTokenMint(b"x" * 32).parse(HEAD.text) is None


def test_a_token_does_not_print_itself() -> None:
    secret = HEAD.text.split(".")[2]
    assert secret not in repr(HEAD)
    assert "rrrr" not in repr(MINT)
