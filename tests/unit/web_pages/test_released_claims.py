"""What notices and consent pages list for a scope."""

from typing import get_args

import pytest

from idp.protocol.policy import SCOPES
from idp.web.account.released_claims import CLAIM_TEXTS, released_claims
from idp.web.sign_in.pages import ClaimKey


def test_oidc_core_5_4_every_claim_of_every_scope_has_a_text() -> None:
    assert {claim for claims in SCOPES.values() for claim in claims} == set(CLAIM_TEXTS)


def test_every_claim_text_can_be_reached() -> None:
    assert set(released_claims(SCOPES)) == set(get_args(ClaimKey))


def test_a_pseudonymous_portal_receives_a_code_and_the_level() -> None:
    assert released_claims(["openid"]) == ("pseudonym", "identity_level")


def test_each_text_is_told_once_in_the_order_of_the_scopes() -> None:
    assert released_claims(["openid", "phone", "email", "offline_access"]) == (
        "pseudonym",
        "phone_number",
        "email",
        "identity_level",
        "offline_access",
    )


def test_a_scope_that_is_not_ours_is_an_error() -> None:
    with pytest.raises(KeyError, match="payments"):
        released_claims(["openid", "payments"])
