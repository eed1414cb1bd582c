"""Refused requests are counted for the client's people: what is proven apart, one write for a flood, none of nobody."""

from datetime import datetime, timedelta

import pytest

from clients.model import Client, ClientId
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.audit.client_refusals import PAUSE, CountRefusals, Refusal, RefusalTally, RefusedAt, refusal_of
from idp.audit.model import Origin
from idp.oauth.back_channel import BackChannel, BackChannelRequest
from idp.oauth.client_keys import ClientKeys
from idp.oauth.proof_uses import ProofUses
from idp.protocol.answers import Decision
from idp.protocol.client_auth.private_key_jwt import ASSERTION_TYPE
from idp.protocol.decider import ClientFacts
from idp.protocol.errors import AUTHORIZATION_PENDING, INVALID_CLIENT, INVALID_REQUEST, ProtocolError
from idp.protocol.forms import Form
from idp.protocol.sender.shown import Sender
from idp.web.admin.clients.refusal_words import word_of
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW, PROVIDER, SECRET, basic
from tests.support.plain.checks import NoService
from tests.support.rigs.api import PlainLedger, StandingClock
from tests.unit.protocol.client_auth.test_client_assertions import GOOD, SIGNER, STAMP, signed

PUBLIC = replace(CLIENT, client_id=ClientId("app"), token_endpoint_auth_method="none", secrets=())
STOPPED = replace(CLIENT, client_id=ClientId("stopped"), disabled_at=NOW)
KNOWN = {one.client_id: one for one in (CLIENT, PUBLIC, STOPPED)}
WRONG = basic(CLIENT.client_id, "wrong")


async def refused(
    error: ProtocolError,
    authorization: str | None = None,
    *,
    known: dict[ClientId, Client] | None = None,
    **form: str,
) -> list[Refusal]:
    """Return what is counted of a request that is refused with an error."""
    ledger, clock = PlainLedger(), StandingClock()
    channel = BackChannel(
        PROVIDER,
        known or KNOWN,
        ClientKeys(NoService()),
        ledger,
        clock,
        ProofUses(MemoryShortLivedStore(clock)),
        RefusalTally(ledger),
    )

    async def decide(_facts: ClientFacts, _now: datetime) -> Decision:
        return Decision(error.answer())

    request = BackChannelRequest(Form(form, frozenset()), authorization, Origin("c"), Sender("POST", "/par"))
    answer = await channel.answer(request, decide, RefusedAt.PUSHED_REQUEST)
    assert answer.error is not None
    return [one.refusal for one in ledger.written if isinstance(one, CountRefusals)]


async def test_what_a_proven_client_is_refused_is_told_as_it_was_told_to_it() -> None:
    (found,) = await refused(INVALID_REQUEST.because("'scope' is odd."), basic(CLIENT.client_id, SECRET))
    assert (found.client_id, found.endpoint, found.proven) == (CLIENT.client_id, RefusedAt.PUSHED_REQUEST, True)
    assert (found.code, found.said) == ("invalid_request", "'scope' is odd.")


@pytest.mark.parametrize(
    ("client_id", "authorization", "said"),
    [
        ("portal", WRONG, "the secret is wrong, or has ended"),
        ("portal", None, "the client is registered for client_secret_basic, and none was used"),
        ("stopped", basic(STOPPED.client_id, SECRET), "the client is stopped"),
    ],
)
async def test_who_does_not_prove_to_be_the_client_is_counted_apart_with_the_rule(
    client_id: str, authorization: str | None, said: str
) -> None:
    (found,) = await refused(INVALID_CLIENT, authorization, client_id=client_id)
    assert (found.client_id, found.proven, found.said) == (client_id, False, said)
    assert word_of(found.code, found.said) is not None


async def test_wrong_credentials_prove_nothing_though_something_else_was_refused_first() -> None:
    """A stranger who sends a parameter twice is told of that before anybody looks at the secret."""
    (found,) = await refused(INVALID_REQUEST, WRONG)
    assert (found.proven, found.code) == (False, "invalid_request")


async def test_a_public_client_proves_nothing() -> None:
    (found,) = await refused(INVALID_REQUEST.because("x"), client_id="app")
    assert (found.proven, found.said) == (False, "x")


async def test_credentials_that_cannot_be_read_are_told_to_whom_the_form_names() -> None:
    (found,) = await refused(INVALID_CLIENT, WRONG, client_id="portal", client_secret="x")
    assert (found.proven, word_of(found.code, found.said)) == (False, "several")


async def test_nobody_is_told_of_a_client_that_there_is_not() -> None:
    assert await refused(INVALID_CLIENT, basic(ClientId("none"), "x")) == []
    assert await refused(INVALID_CLIENT, WRONG, client_id="none", client_secret="x") == []


async def test_a_poll_that_waits_is_no_refusal() -> None:
    assert await refused(AUTHORIZATION_PENDING, basic(CLIENT.client_id, SECRET)) == []


@pytest.mark.parametrize(
    ("claims", "word"),
    [
        (GOOD | {"iat": STAMP + 60}, "ahead"),
        (GOOD | {"nbf": STAMP + 60}, "ahead"),
        (GOOD | {"exp": STAMP - 60}, "expired"),
        (GOOD | {"exp": STAMP + 6000}, "too_long"),
        ({name: value for name, value in GOOD.items() if name != "exp"}, "no_end"),
        (GOOD | {"aud": [GOOD["aud"]]}, "audience_list"),
        (GOOD | {"aud": "https://elsewhere.example"}, "audience"),
        (GOOD | {"iss": "another"}, "names"),
        (GOOD | {"jti": ""}, "jti"),
        # Nothing is wrong with it: so it was refused because it came before.
        (GOOD, "used"),
    ],
)
async def test_rfc7523_3_the_rule_that_an_assertion_broke_is_told_with_a_next_step(
    claims: dict[str, object], word: str
) -> None:
    (found,) = await refused(
        INVALID_CLIENT,
        known={SIGNER.client_id: SIGNER},
        client_assertion=signed(claims),
        client_assertion_type=ASSERTION_TYPE,
    )
    assert (found.proven, word_of(found.code, found.said)) == (False, word)


async def test_other_rules_of_an_assertion_too() -> None:
    header: dict[str, object] = {"alg": "ES256", "kid": "another"}
    for text, word in ((signed(GOOD, header), "key"), (signed(GOOD)[:-8] + "AAAAAAAA", "signature")):
        (found,) = await refused(
            INVALID_CLIENT,
            known={SIGNER.client_id: SIGNER},
            client_assertion=text,
            client_assertion_type=ASSERTION_TYPE,
        )
        assert word_of(found.code, found.said) == word


def test_a_nonce_that_is_missing_and_what_has_no_word() -> None:
    assert word_of("use_dpop_nonce", "whatever") == "dpop_nonce"
    assert word_of("invalid_scope", "The scope is unknown.") is None


def cause(number: int = 0) -> Refusal:
    return refusal_of(ClientId("portal"), RefusedAt.TOKEN, "invalid_client", f"cause {number}", proven=False)


def written(ledger: PlainLedger) -> list[tuple[str, int]]:
    return [(one.refusal.said, one.times) for one in ledger.written if isinstance(one, CountRefusals)]


def test_a_flood_of_one_cause_is_one_write_in_ten_seconds_and_nothing_is_lost() -> None:
    ledger = PlainLedger()
    tally = RefusalTally(ledger)
    for second in range(5):
        tally.count(cause(), NOW + timedelta(seconds=second))
    assert written(ledger) == [("cause 0", 1)]
    tally.count(cause(), NOW + PAUSE)
    assert written(ledger) == [("cause 0", 1), ("cause 0", 5)]


def test_so_many_causes_are_remembered_and_what_is_forgotten_is_written() -> None:
    ledger = PlainLedger()
    tally = RefusalTally(ledger, most=2)
    tally.count(cause(), NOW)
    tally.count(cause(), NOW)
    for number in (1, 2):
        tally.count(cause(number), NOW)
    assert written(ledger) == [("cause 0", 1), ("cause 1", 1), ("cause 2", 1), ("cause 0", 1)]


def test_no_word_of_a_refusal_is_longer_than_ours() -> None:
    found = refusal_of(ClientId("portal"), RefusedAt.TOKEN, "c" * 999, "s" * 999, proven=False)
    assert (len(found.code), len(found.said)) == (200, 200)
