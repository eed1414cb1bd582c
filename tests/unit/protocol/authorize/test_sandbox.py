"""Whom a client of the sandbox may be sent."""

from clients.model import ClientId
from clients.trial_client import trial_client_id
from idp.account.model import AccountKind
from idp.protocol.authorize.sandbox import may_be_led_to
from records.structs import replace
from tests.support.builders.protocol import ACCOUNT, CLIENT, VIEW

TRIED = replace(CLIENT, stage="sandbox")
INVENTED = replace(VIEW, account=replace(ACCOUNT, kind=AccountKind.TRIAL))


def test_rfc9700_4_11_2_from_the_sandbox_only_who_tries_a_client_out_is_led_to_it() -> None:
    assert not may_be_led_to(TRIED, None)
    assert not may_be_led_to(TRIED, VIEW)
    assert may_be_led_to(TRIED, INVENTED)


def test_a_client_in_production_and_a_trial_client_are_answered_always() -> None:
    assert may_be_led_to(CLIENT, None)
    assert may_be_led_to(replace(TRIED, client_id=trial_client_id(ClientId("portal"))), None)
