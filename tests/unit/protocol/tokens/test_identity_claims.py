"""Claims that were asked for one by one come where they were asked for, and nowhere else (OIDC Core 5.5)."""

from datetime import timedelta

import pytest

from clients.model import Client
from idp.account.model import NUMBER_PLACE, ProofState
from idp.audit.model import EventName, RecordEvent
from idp.grants.model import StartGrant
from idp.kernel.ids import PersonId
from idp.proofing.proof import HeldIdentity
from idp.protocol.answers import Answer, Decision
from idp.protocol.claims import claims_for
from idp.protocol.requested_claims import Place, digest_of
from idp.protocol.token.authorization_code import CodeFacts
from idp.protocol.token.endpoint import decide_token
from idp.protocol.token.refresh_token import RefreshFacts
from idp.protocol.tokens.identity_claims import PersonFacts, reads_proof, reads_roles
from idp.protocol.tokens.issued import issue_access_token, issue_id_token, read_access_token
from idp.protocol.userinfo import UserinfoSnapshot, decide_userinfo
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    CODE,
    GRANT,
    NOW,
    PERSON,
    PROFILE,
    PROFILE_SEALED,
    PROVIDER,
    STATE,
    claims_of,
    code_request,
    refresh_request,
)

NUMBER = "001899000001"
HELD = HeldIdentity(
    number_sealed=PROVIDER.sealer.seal(NUMBER.encode(), NUMBER_PLACE.of(PERSON)),
    profile_sealed=PROFILE_SEALED,
    proof=ProofState.PROVED,
    proved_at=NOW - timedelta(days=3),
    receipt_id="r",
    person_id=PersonId(PERSON),
)
GOVERNED = replace(
    CLIENT,
    scope=(*CLIENT.scope, "national_id", "verified_identity", "tech_id"),
    governed_claims=("national_id", "tech_id"),
)
PROTOCOL = {"iss", "sub", "aud", "exp", "iat", "jti", "acr", "amr", "sid", "at_hash", "nonce"}


def userinfo(
    *words: str, scope: tuple[str, ...] = ("openid",), client: Client = GOVERNED, held: HeldIdentity | None = HELD
) -> dict[str, object]:
    granted = replace(GRANT, claims=words)
    token = read_access_token(PROVIDER, issue_access_token(PROVIDER, client, scope, NOW, granted).text, NOW)
    snapshot = UserinfoSnapshot(token, replace(STATE, grant=granted), client, NOW, PersonFacts(held))
    answer: Answer = decide_userinfo(PROVIDER, snapshot)
    assert answer.status == 200
    return {name: value for name, value in (answer.body or {}).items() if name != "sub"}


def redeemed(*words: str, scope: tuple[str, ...] = ("openid", "profile"), client: Client = GOVERNED) -> Decision:
    code = replace(CODE, claims=words, scope=scope, profile_sealed=PROFILE_SEALED)
    request = code_request(client=client, code=code)
    facts = CodeFacts(PROVIDER.token_hash.digest("the-code-of-the-tests"), code, PersonFacts(HELD))
    return decide_token(PROVIDER, replace(request, facts_of_grant=facts))


def of_person(decision: Decision) -> dict[str, object]:
    assert decision.answer.status == 200, decision.answer
    claims = claims_of((decision.answer.body or {})["id_token"])
    return {name: value for name, value in claims.items() if name not in PROTOCOL}


def only(name: str, *values: object) -> str:
    return f"u:{name}={','.join(digest_of(PROVIDER.token_hash, name, value) for value in values)}"


def test_oidcc_claims_essential_a_claim_for_userinfo_comes_there_and_not_in_the_id_token() -> None:
    assert userinfo("u:name", "i:email") == {"name": PROFILE["name"]}
    assert of_person(redeemed("u:name")) == {}


def test_oidc_core_5_5_a_claim_for_the_id_token_comes_there_and_not_at_userinfo() -> None:
    assert of_person(redeemed("i:email", "u:name")) == {"email": PROFILE["email"]}
    assert userinfo("i:email") == {}


def test_oidc_core_5_5_what_the_scope_releases_stays_and_single_claims_come_besides() -> None:
    by_scope = userinfo(scope=("openid", "profile"))
    assert userinfo("u:email", scope=("openid", "profile")) == {**by_scope, "email": PROFILE["email"]}
    assert userinfo("u:name", scope=("openid", "profile")) == by_scope


def test_oidc_core_5_3_2_a_claim_that_the_person_does_not_have_is_left_out() -> None:
    assert userinfo("u:picture", "u:name") == {"name": PROFILE["name"]}


def test_oidc_core_5_5_1_a_claim_with_values_comes_where_it_has_one_of_them() -> None:
    assert userinfo(only("email", "hoa@people.example")) == {"email": "hoa@people.example"}
    assert userinfo(only("email", "x@people.example", "hoa@people.example")) == {"email": "hoa@people.example"}
    assert userinfo(only("email", "x@people.example")) == {}
    assert userinfo(only("email_verified", True)) == {"email_verified": True}
    # True is no 1, and an object is the same in any order.
    assert userinfo(only("email_verified", 1)) == {}
    assert userinfo(only("address", {"locality": "Hà Nội", "country": "VN"})) == {"address": PROFILE["address"]}


def test_updated_at_is_told_by_the_day_here_too() -> None:
    assert userinfo("u:updated_at") == {"updated_at": 1793836800}


def test_a_governed_claim_comes_while_the_client_is_allowed_it_and_the_proof_stands() -> None:
    assert userinfo("u:national_id") == {"national_id": NUMBER}
    assert userinfo("u:national_id", client=replace(GOVERNED, governed_claims=())) == {}
    assert userinfo("u:national_id", held=replace(HELD, proof=ProofState.MATCHED)) == {}
    assert userinfo("u:TechID") == {"TechID": PROVIDER.subjects.tech_id(PersonId(PERSON))}


def test_the_personal_number_in_an_id_token_is_recorded_in_the_same_transaction() -> None:
    decision = redeemed("i:national_id")
    assert of_person(decision) == {"national_id": NUMBER}
    names = [effect.name for effect in decision.effects if isinstance(effect, RecordEvent)]
    assert names == [EventName.NATIONAL_ID_RELEASED, EventName.CODE_REDEEMED]
    plain = [effect.name for effect in redeemed("i:email").effects if isinstance(effect, RecordEvent)]
    assert plain == [EventName.CODE_REDEEMED]


def test_the_grant_keeps_what_was_granted_and_a_refresh_tells_it_again() -> None:
    (start,) = [effect for effect in redeemed("i:email", "u:name").effects if isinstance(effect, StartGrant)]
    assert start.grant.claims == ("i:email", "u:name")
    state = replace(STATE, grant=replace(GRANT, claims=start.grant.claims))
    request = refresh_request(state=state, client=GOVERNED)
    facts = request.facts_of_grant
    assert isinstance(facts, RefreshFacts)
    assert of_person(decide_token(PROVIDER, request)) == {"email": PROFILE["email"]}
    assert of_person(decide_token(PROVIDER, refresh_request(client=GOVERNED))) == {}


def test_oidc_core_2_nothing_of_a_person_stands_in_for_what_the_protocol_says() -> None:
    forged: dict[str, object] = dict.fromkeys(PROTOCOL, "forged")
    token = issue_id_token(PROVIDER, CLIENT, GRANT, NOW, access_token="a", nonce="n", personal=forged)
    assert "forged" not in claims_of(token).values()


WITH_NAME = ("u:verified_claims.name",)


def test_oidc_identity_assurance_6_only_the_verified_claims_that_were_asked_for_come() -> None:
    whole = userinfo(scope=("openid", "verified_identity"))["verified_claims"]
    some = userinfo(*WITH_NAME)["verified_claims"]
    assert isinstance(whole, dict)
    assert isinstance(some, dict)
    assert set(whole["claims"]) == {"name", "birthdate"}
    assert some == {**whole, "claims": {"name": PROFILE["name"]}}
    assert userinfo("u:verified_claims.gender") == {}


@pytest.mark.parametrize(("seconds", "comes"), [(3 * 86400, True), (3 * 86400 - 1, False), (0, False)])
def test_oidc_identity_assurance_6_an_older_verification_than_max_age_is_left_out(seconds: int, *, comes: bool) -> None:
    assert ("verified_claims" in userinfo(*WITH_NAME, f"u:verified_claims.max_age={seconds}")) is comes


def test_oidc_identity_assurance_6_a_verified_claim_with_another_value_is_left_out() -> None:
    right, wrong = (only("verified_claims.name", name) for name in (PROFILE["name"], "Somebody Else"))
    assert "verified_claims" in userinfo(right)
    assert userinfo(wrong) == {}


@pytest.mark.parametrize(
    ("scope", "words", "place", "reads"),
    [
        (("openid", "profile"), ("u:email", "i:name"), "userinfo", False),
        (("openid", "national_id"), (), "userinfo", True),
        (("openid",), ("u:national_id",), "userinfo", True),
        (("openid",), ("i:national_id",), "userinfo", False),
        ((), ("i:verified_claims.name",), "id_token", True),
        (("openid", "national_id", "verified_identity"), (), "id_token", False),
        ((), ("u:verified_claims.name",), "id_token", False),
    ],
)
def test_a_register_s_facts_are_read_only_where_something_of_them_leaves(
    scope: tuple[str, ...], words: tuple[str, ...], place: Place, *, reads: bool
) -> None:
    assert reads_proof(scope, words, place) is reads


TELLING = replace(GOVERNED, claims_in_id_token=True)


def test_where_it_is_registered_the_id_token_has_the_profile_claims_of_the_scopes() -> None:
    """Auth.js and others read nothing else."""
    decision = redeemed(scope=("openid", "profile", "phone"), client=TELLING)
    assert of_person(decision) == {
        "name": PROFILE["name"],
        "birthdate": PROFILE["birthdate"],
        "updated_at": 1793836800,
        "phone_number": PROFILE["phone_number"],
        "phone_number_verified": False,
    }
    assert of_person(redeemed(scope=("openid", "profile"))) == {}


def test_what_is_governed_or_proved_is_in_an_id_token_by_name_alone() -> None:
    """A scope that brings it to userinfo does not put it into what is kept, passed on and shown as a hint."""
    scope = ("openid", "national_id", "verified_identity", "tech_id")
    assert of_person(redeemed(scope=scope, client=TELLING)) == {}
    assert of_person(redeemed("i:national_id", scope=("openid",), client=TELLING)) == {"national_id": NUMBER}


def test_a_refresh_with_fewer_scopes_tells_less() -> None:
    state = replace(STATE, grant=replace(GRANT, scope=("openid", "profile", "email")))
    whole = decide_token(PROVIDER, refresh_request(state=state, client=TELLING))
    less = decide_token(PROVIDER, refresh_request(state=state, client=TELLING, scope="openid email"))
    assert {"name", "email"} <= of_person(whole).keys()
    assert set(of_person(less)) == {"email", "email_verified"}


SEEING = replace(
    GOVERNED, scope=(*CLIENT.scope, "officer"), officer_roles=("auditor", "support"), account_kinds=("officer",)
)


def officers_userinfo(*roles: str, scope: tuple[str, ...] = ("openid", "officer")) -> dict[str, object]:
    token = read_access_token(PROVIDER, issue_access_token(PROVIDER, SEEING, scope, NOW, GRANT).text, NOW)
    answer = decide_userinfo(PROVIDER, UserinfoSnapshot(token, STATE, SEEING, NOW, PersonFacts(roles=roles)))
    return {name: value for name, value in (answer.body or {}).items() if name in {"roles", "groups"}}


def test_roles_come_under_the_names_that_software_looks_for_and_with_the_scope_alone() -> None:
    assert officers_userinfo("auditor") == {"roles": ["auditor"], "groups": ["auditor"]}
    assert officers_userinfo() == {}
    assert officers_userinfo("auditor", scope=("openid",)) == {}


def test_a_profile_is_no_source_of_roles() -> None:
    """Whatever an import once wrote there, or a person could."""
    assert claims_for(["officer"], {"roles": ["national_operator"], "groups": "x", "post": "p"}) == {"post": "p"}


@pytest.mark.parametrize(
    ("client", "scope", "words", "place", "reads"),
    [
        (SEEING, ("openid", "officer"), (), "userinfo", True),
        (SEEING, ("openid",), (), "userinfo", False),
        (SEEING, ("openid",), ("u:roles",), "userinfo", True),
        (SEEING, ("openid", "officer"), (), "id_token", False),
        (SEEING, ("openid",), ("i:groups",), "id_token", True),
        (replace(SEEING, claims_in_id_token=True), ("openid", "officer"), (), "id_token", True),
        (replace(SEEING, officer_roles=()), ("openid", "officer"), (), "userinfo", False),
    ],
)
def test_roles_are_read_only_where_they_could_leave(
    client: Client, scope: tuple[str, ...], words: tuple[str, ...], place: Place, *, reads: bool
) -> None:
    assert reads_roles(client, scope, words, place) is reads
