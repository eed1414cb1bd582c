"""Security event tokens: what each client is told, and what it is not."""

from typing import get_args

import pytest

from clients.model import ClientId, SecurityEvent
from idp.kernel.ids import PersonId, SecurityEventId
from idp.protocol.tokens.security_events import (
    ACCOUNT_DISABLED,
    ACCOUNT_PURGED,
    IDENTIFIER_CHANGED,
    IDENTITY_CHANGED,
    AccountEvent,
    make_event_token,
)
from records.structs import replace
from tests.support.builders.protocol import BANK, CLIENT, ISSUER, NOW, PERSON, PROVIDER, claims_of, header_of

EVENT = AccountEvent(
    SecurityEventId("event-1"), CLIENT.client_id, PersonId(PERSON), ACCOUNT_DISABLED, int(NOW.timestamp()) - 60
)
TOKEN = make_event_token(PROVIDER, CLIENT, EVENT, NOW)


def test_rfc8417_2_2_the_token_names_issuer_audience_time_and_one_event() -> None:
    assert claims_of(TOKEN) == {
        "iss": ISSUER,
        "aud": "portal",
        "iat": int(NOW.timestamp()),
        "jti": "event-1",
        "toe": int(NOW.timestamp()) - 60,
        "sub_id": {"format": "iss_sub", "iss": ISSUER, "sub": PROVIDER.subjects.subject(PersonId(PERSON), CLIENT)},
        "events": {"https://schemas.openid.net/secevent/risc/event-type/account-disabled": {}},
    }


def test_rfc8417_2_3_the_header_says_what_it_is() -> None:
    assert header_of(TOKEN)["typ"] == "secevent+jwt"


@pytest.mark.parametrize("claim", ["sub", "exp", "nonce"])
def test_rfc8417_4_5_it_cannot_pass_as_an_id_token(claim: str) -> None:
    assert claim not in claims_of(TOKEN)


def test_rfc9493_3_2_2_each_sector_is_told_of_its_own_subject() -> None:
    other = claims_of(make_event_token(PROVIDER, BANK, replace_client(BANK.client_id), NOW))
    assert other["sub_id"] != claims_of(TOKEN)["sub_id"]


def test_a_token_is_signed_as_the_client_is_registered() -> None:
    client = replace(CLIENT, id_token_signed_response_alg="RS256")
    assert header_of(make_event_token(PROVIDER, client, EVENT, NOW))["alg"] == "RS256"


def test_every_type_that_can_be_registered_is_told_somewhere() -> None:
    assert {ACCOUNT_DISABLED, ACCOUNT_PURGED, IDENTIFIER_CHANGED, IDENTITY_CHANGED} == set(get_args(SecurityEvent))


@pytest.mark.parametrize("event", get_args(SecurityEvent))
def test_no_event_carries_a_value(event: SecurityEvent) -> None:
    reported = AccountEvent(SecurityEventId("event-2"), CLIENT.client_id, PersonId(PERSON), event, 0)
    assert claims_of(make_event_token(PROVIDER, CLIENT, reported, NOW))["events"] == {event: {}}


def replace_client(client_id: ClientId) -> AccountEvent:
    return AccountEvent(EVENT.id, client_id, EVENT.person_id, EVENT.event, EVENT.at)
