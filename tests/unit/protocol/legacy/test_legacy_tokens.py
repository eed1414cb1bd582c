"""ID tokens of the legacy sign-on, and what comes back with them."""

import pytest

from clients.model import ClientId
from idp.grants.model import RevokeGrant
from idp.protocol.answers import Answer
from idp.protocol.client_auth.authentication import NO_CREDENTIALS
from idp.protocol.decider import ClientFacts
from idp.protocol.forms import Form
from idp.protocol.introspection import (
    InspectionSnapshot,
    PresentedToken,
    decide_introspection_by_bearer,
    decide_revocation,
)
from idp.protocol.legacy.tokens import (
    hinted_grant,
    translate_introspection,
    translate_revocation,
    translate_tokens,
)
from idp.protocol.token.endpoint import decide_token
from idp.protocol.tokens.issued import AccessToken, issue_access_token, read_access_token
from records.structs import replace
from tests.support.builders.protocol import (
    BANK,
    CLIENT,
    GRANT,
    HEAD,
    NOW,
    PROVIDER,
    STATE,
    claims_of,
    code_request,
    form,
    inspection,
    strangers_notary,
)


def answered() -> Answer:
    return decide_token(PROVIDER, code_request()).answer


def old_token() -> str:
    body = translate_tokens(PROVIDER, CLIENT, answered(), NOW).body
    assert body is not None
    return str(body["id_token"])


def test_the_id_token_tells_the_old_level_and_stays_what_it_was() -> None:
    answer = answered()
    assert answer.body is not None
    before, after = claims_of(answer.body["id_token"]), claims_of(old_token())
    assert after.pop("acr") == {"loa1": "LoA1", "loa2": "LoA2", "loa3": "LoA3"}[str(before.pop("acr"))]
    for changing in ("at_hash", "sid", "jti"):
        assert after.pop(changing)
        before.pop(changing)
    assert after == before


def test_the_token_body_never_prints_what_it_holds() -> None:
    translated = translate_tokens(PROVIDER, CLIENT, answered(), NOW)
    assert translated.body is not None
    assert str(translated.body["id_token"]) not in repr(translated.body)


def test_an_error_and_an_answer_without_id_token_pass_as_they_are() -> None:
    error = decide_token(PROVIDER, code_request(code=None)).answer
    assert translate_tokens(PROVIDER, CLIENT, error, NOW) is error
    plain = Answer(200, {"access_token": "a"})
    assert translate_tokens(PROVIDER, CLIENT, plain, NOW) is plain


def test_the_hint_names_the_grant() -> None:
    body = translate_tokens(PROVIDER, CLIENT, answered(), NOW).body
    assert body is not None
    access = read_access_token(PROVIDER, str(body["access_token"]), NOW)
    assert access is not None
    assert hinted_grant(PROVIDER, str(body["id_token"])) == access.grant_id


def test_only_an_id_token_of_this_provider_is_a_hint() -> None:
    answer = answered()
    assert answer.body is not None
    foreign = replace(PROVIDER, verifier=strangers_notary())
    for text in ("", "a.b.c", str(answer.body["access_token"])):
        assert hinted_grant(PROVIDER, text) is None
    assert hinted_grant(foreign, old_token()) is None


def revocation(**fields: str) -> InspectionSnapshot:
    translated = translate_revocation(PROVIDER, form(**fields))
    token = PROVIDER.refresh_tokens.parse(translated.get("token") or "")
    presented = PresentedToken(token, STATE, token_revoked=False) if token else None
    return replace(inspection(presented), form=translated)


def test_rfc7009_2_1_an_id_token_shown_for_revocation_ends_its_grant() -> None:
    """The parameter's name has a trailing space in a public portal's code: it is no reason to refuse."""
    decision = decide_revocation(PROVIDER, revocation(**{"token": old_token(), "token_type_hint ": "id_token"}))
    assert decision.answer.status == 200
    assert isinstance(decision.effects[0], RevokeGrant)


def test_rfc7009_2_2_any_other_text_passes_as_it_is_and_is_no_error() -> None:
    asked = form(token="no-token")
    assert translate_revocation(PROVIDER, asked) is asked
    assert decide_revocation(PROVIDER, revocation(token="no-token")).answer.status == 200
    refresh = form(token=HEAD.text)
    assert translate_revocation(PROVIDER, refresh) is refresh


def test_a_stranger_cannot_end_a_grant_with_its_id_token() -> None:
    asked = revocation(token=old_token())
    stranger = replace(BANK, token_endpoint_auth_method="client_secret_basic", secrets=CLIENT.secrets)
    decision = decide_revocation(PROVIDER, replace(asked, facts=inspection(None, client=stranger).facts))
    assert not any(isinstance(effect, RevokeGrant) for effect in decision.effects)


def access_token() -> AccessToken:
    read = read_access_token(PROVIDER, issue_access_token(PROVIDER, CLIENT, ("openid",), NOW, GRANT).text, NOW)
    assert read is not None
    return read


TOKEN = access_token()
SHOWN = PresentedToken(TOKEN, STATE, token_revoked=False)


def by_bearer(shown: PresentedToken | None, asked: PresentedToken | None = SHOWN) -> Answer:
    snapshot = InspectionSnapshot(
        Form({"token": "the-token"}, frozenset()),
        ClientFacts(NO_CREDENTIALS, CLIENT),
        asked,
        inspection(None).origin,
        NOW,
    )
    return decide_introspection_by_bearer(PROVIDER, shown, snapshot).answer


def test_rfc7662_2_1_an_active_token_of_its_own_proves_who_asks() -> None:
    answer = translate_introspection(by_bearer(SHOWN))
    assert answer.body is not None
    assert {"client_id", "exp"} <= answer.body.keys()
    assert (answer.body["active"], answer.body["acr"]) == (True, "LoA2")


@pytest.mark.parametrize(
    "shown",
    [
        None,
        PresentedToken(HEAD, STATE, token_revoked=False),
        replace(SHOWN, token_revoked=True),
        replace(SHOWN, state=replace(STATE, alive=False)),
        replace(SHOWN, state=None),
        replace(SHOWN, owner_active=False),
        replace(SHOWN, token=replace(TOKEN, expires_at=0)),
    ],
    ids=["no token", "refresh token", "revoked", "dead grant", "no grant", "disabled client", "expired"],
)
def test_a_token_that_is_not_active_proves_nobody(shown: PresentedToken | None) -> None:
    answer = by_bearer(shown)
    assert (answer.status, answer.error) == (401, "invalid_client")


def test_jw_11_it_tells_nothing_of_somebody_elses_token() -> None:
    other = replace(SHOWN, token=replace(TOKEN, client_id=ClientId("other")))
    assert by_bearer(SHOWN, other).body == {"active": False}
    assert by_bearer(SHOWN, None).body == {"active": False}
