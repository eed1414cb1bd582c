"""Effects: a claim is what can be too late, everything else cannot."""

from idp.account.model import CountPasswordTry, GiveConsent, OpenAccount
from idp.audit.model import RecordEvent
from idp.grants.model import (
    ClaimOnce,
    RetryRotation,
    RevokeAccessToken,
    RevokeGrant,
    RevokeGrantOfCode,
    RotateFamily,
    StartFamily,
    StartGrant,
)
from idp.kernel.effects import Effect
from idp.kernel.outbox import Enqueue
from idp.sessions.model import EndSession, RenewSession, StartSession, TellPortals


def test_an_effect_is_no_claim_unless_it_says_so() -> None:
    assert Effect.claim is False


def test_every_one_time_thing_is_a_claim() -> None:
    claims = (StartGrant, RotateFamily, RetryRotation, ClaimOnce, RenewSession, EndSession)
    assert {effect.claim for effect in (*claims, OpenAccount, CountPasswordTry)} == {True}


def test_a_revocation_is_never_too_late() -> None:
    ends = (RevokeGrant, RevokeGrantOfCode, RevokeAccessToken)
    others = (StartFamily, RecordEvent, Enqueue, GiveConsent, StartSession, TellPortals)
    assert {effect.claim for effect in (*ends, *others)} == {False}
