"""What somebody agreed to is one request: whatever differs in another, the digest differs."""

from datetime import timedelta

import pytest
from msgspec.structs import fields

from idp.delegation.model import Power
from idp.protocol.authorize.checked_request import AuthorizationRequest, ResponseMode
from idp.protocol.authorize.request_digest import request_digest
from idp.protocol.stated_purposes import StatedPurpose
from records.structs import replace
from tests.support.builders.protocol import BANK, CLIENT, REDIRECT

ASKED = AuthorizationRequest(CLIENT, REDIRECT, redirect_uri_given=True, state="s", scope=("openid", "profile"))
OTHER = {
    "client": replace(ASKED, client=BANK),
    "redirect_uri": replace(ASKED, redirect_uri=f"{REDIRECT}/other"),
    "redirect_uri_given": replace(ASKED, redirect_uri_given=False),
    "state": replace(ASKED, state=None),
    "response_mode": replace(ASKED, response_mode=ResponseMode.FORM_POST),
    "response_type": replace(ASKED, response_type="code id_token"),
    "scope": replace(ASKED, scope=("openid", "profile", "phone")),
    "nonce": replace(ASKED, nonce="n"),
    "code_challenge": replace(ASKED, code_challenge="c"),
    "dpop_jkt": replace(ASKED, dpop_jkt="k"),
    "prompt": replace(ASKED, prompt=frozenset({"login"})),
    "max_age": replace(ASKED, max_age=timedelta(seconds=1)),
    "acr_values": replace(ASKED, acr_values=("loa3",)),
    "login_hint": replace(ASKED, login_hint="h"),
    "ui_locales": replace(ASKED, ui_locales="en"),
    "hinted_subject": replace(ASKED, hinted_subject="sub"),
    "assisted": replace(ASKED, assisted=True),
    "acting_for": replace(ASKED, acting_for="self"),
    "claims": replace(ASKED, claims=("u:email",)),
    "purposes": replace(ASKED, purposes=(StatedPurpose("name", "Mở tài khoản"),)),
    "resources": replace(ASKED, resources=("https://ho-so.example/api",)),
    "details": replace(ASKED, details='[{"type":"confirmed_text"}]'),
    "essential_acr": replace(ASKED, essential_acr=("loa3",)),
    "auth_time_asked": replace(ASKED, auth_time_asked=True),
    "acting_power": replace(ASKED, acting_power=Power.SIGN),
    "by_device": replace(ASKED, by_device=True),
}


def test_the_same_request_has_the_same_digest_in_every_process() -> None:
    prompts = frozenset({"login", "consent", "select_account"})
    once, again = (replace(ASKED, prompt=frozenset(sorted(prompts, reverse=turned))) for turned in (False, True))
    assert request_digest(once) == request_digest(again)


@pytest.mark.parametrize("name", [field.name for field in fields(AuthorizationRequest)])
def test_every_member_counts(name: str) -> None:
    assert request_digest(OTHER[name]) != request_digest(ASKED)


def test_a_member_does_not_pass_for_its_neighbour() -> None:
    assert request_digest(replace(ASKED, nonce="x")) != request_digest(replace(ASKED, code_challenge="x"))
