"""What a register proved, as claims: only while the proof stands, only for the scope, only to whom it is allowed."""

from datetime import timedelta
from uuid import UUID

import pytest

from clients.model import Client
from idp.account.model import NUMBER_PLACE, TECH_ID_PLACE, ProofState
from idp.kernel.ids import PersonId
from idp.kernel.secrets import SealBrokenError, Sealer
from idp.proofing.evidence import Evidence, EvidenceKind
from idp.proofing.proof import HeldIdentity
from idp.proofing.validity import PROOF_LIFE
from idp.protocol.answers import Answer
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.discovery import discovery_document
from idp.protocol.policy import SCOPES
from idp.protocol.tokens.identity_claims import PersonFacts
from idp.protocol.tokens.issued import issue_access_token, read_access_token
from idp.protocol.userinfo import UserinfoSnapshot, decide_userinfo
from records.structs import replace
from tests.support.builders.protocol import (
    BANK,
    CLIENT,
    GRANT,
    ISSUER,
    NOW,
    PERSON,
    PROFILE,
    PROFILE_SEALED,
    PROVIDER,
    STATE,
    authorize,
)

NUMBER = "001899000001"
RECEIPT = "0123456789abcdefghijklmnop"
HELD = HeldIdentity(
    number_sealed=PROVIDER.sealer.seal(NUMBER.encode(), NUMBER_PLACE.of(PERSON)),
    profile_sealed=PROFILE_SEALED,
    proof=ProofState.PROVED,
    proved_at=NOW - timedelta(days=3, milliseconds=5),
    receipt_id=RECEIPT,
    person_id=PersonId(PERSON),
)
ALLOWED = replace(
    CLIENT,
    scope=(*CLIENT.scope, "verified_identity", "national_id", "tech_id"),
    governed_claims=("national_id", "tech_id"),
)


def userinfo(*scope: str, client: Client = ALLOWED, held: HeldIdentity | None = HELD) -> dict[str, object]:
    issued = issue_access_token(PROVIDER, client, ("openid", *scope), NOW, GRANT)
    token = read_access_token(PROVIDER, issued.text, NOW)
    answer: Answer = decide_userinfo(PROVIDER, UserinfoSnapshot(token, STATE, client, NOW, PersonFacts(held)))
    return {claim: value for claim, value in (answer.body or {}).items() if claim != "sub"}


def test_oidc_identity_assurance_5_verified_claims_say_how_when_and_what() -> None:
    assert userinfo("verified_identity") == {
        "verified_claims": {
            "verification": {
                "trust_framework": "vn_national_population",
                "time": "2026-11-21T07:59:59Z",
                "verification_process": RECEIPT,
                "evidence": [
                    {
                        "type": "electronic_record",
                        "record": {
                            "type": "population_register",
                            "source": {"name": "Cơ sở dữ liệu quốc gia về dân cư", "country_code": "VNM"},
                        },
                        "check_details": [{"check_method": "data", "time": "2026-11-21T07:59:59Z", "txn": RECEIPT}],
                    }
                ],
            },
            "claims": {"name": PROFILE["name"], "birthdate": PROFILE["birthdate"]},
        }
    }


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (EvidenceKind.SUBSCRIBER, ("electronic_record", "record", "phone_subscriber", "auth")),
        (EvidenceKind.UPSTREAM, ("vouch", "attestation", "digital_attestation", "auth")),
        (EvidenceKind.DESK, ("document", "document_details", "idcard", "vpip")),
    ],
)
def test_oidc_identity_assurance_5_4_4_what_showed_that_the_person_was_here_stands_beside_the_register(
    kind: EvidenceKind, shown: tuple[str, str, str, str]
) -> None:
    held = replace(HELD, evidence=Evidence(kind=kind, at=NOW - timedelta(days=2), source="not to be told"))
    verified = userinfo("verified_identity", held=held)["verified_claims"]
    assert isinstance(verified, dict)
    _, evidence = verified["verification"]["evidence"]
    type_, member, about, method = shown
    assert (evidence["type"], evidence[member]["type"]) == (type_, about)
    assert evidence["check_details"] == [{"check_method": method, "time": "2026-11-22T08:00:00Z"}]
    assert "not to be told" not in str(verified)


def test_what_nobody_verified_is_not_among_verified_claims() -> None:
    verified = userinfo("verified_identity", "profile", "email", "phone")["verified_claims"]
    assert isinstance(verified, dict)
    assert set(verified["claims"]) == {"name", "birthdate"}


@pytest.mark.parametrize(
    "held",
    [
        replace(HELD, proof=ProofState.NOT_PROVED),
        replace(HELD, proof=ProofState.MATCHED),
        replace(HELD, proof=ProofState.WAITING),
        replace(HELD, proved_at=NOW - PROOF_LIFE - timedelta(seconds=1)),
        None,
    ],
)
def test_without_a_standing_proof_nothing_counts_as_verified(held: HeldIdentity | None) -> None:
    assert userinfo("verified_identity", "national_id", held=held) == {}


def test_a_proof_counts_to_the_end_of_its_life() -> None:
    assert "verified_claims" in userinfo("verified_identity", held=replace(HELD, proved_at=NOW - PROOF_LIFE))


def test_a_proof_from_before_there_were_receipts_names_none() -> None:
    verified = userinfo("verified_identity", held=replace(HELD, proved_at=None, receipt_id=None))["verified_claims"]
    assert isinstance(verified, dict)
    assert set(verified["verification"]) == {"trust_framework", "evidence"}


def test_the_number_is_released_to_who_is_allowed_it() -> None:
    assert userinfo("national_id") == {"national_id": NUMBER}


def test_the_number_is_opened_only_when_it_is_released() -> None:
    other = Sealer({"other": b"o" * 32}, "other")
    unreadable = replace(HELD, number_sealed=other.seal(NUMBER.encode(), NUMBER_PLACE.of(PERSON)))
    assert "national_id" not in userinfo("verified_identity", "profile", held=unreadable)
    with pytest.raises(SealBrokenError):
        userinfo("national_id", held=unreadable)


@pytest.mark.parametrize("scope", ["national_id", "tech_id"])
def test_who_is_no_longer_allowed_gets_it_no_longer_on_an_old_grant(scope: str) -> None:
    assert userinfo(scope, client=replace(ALLOWED, governed_claims=())) == {}


def test_tech_id_is_one_uuid_for_every_client_and_differs_from_every_subject() -> None:
    clients = [replace(ALLOWED, sector_identifier=host) for host in ("one.example", "two.example")]
    reported = {str(userinfo("tech_id", client=client)["TechID"]) for client in clients}
    assert not reported & {PROVIDER.subjects.subject(PersonId(PERSON), client) for client in clients}
    assert reported == {PROVIDER.subjects.tech_id(PersonId(PERSON))}
    assert str(UUID(PROVIDER.subjects.tech_id(PersonId(PERSON)))) in reported
    assert PROVIDER.subjects.tech_id(PersonId("person-2")) not in reported


def test_rfc9562_5_4_tech_id_has_the_form_of_a_uuid_that_says_nothing() -> None:
    assert UUID(PROVIDER.subjects.tech_id(PersonId(PERSON))).version == 4


@pytest.mark.parametrize("scope", ["national_id", "tech_id"])
@pytest.mark.parametrize("client", [CLIENT, BANK, replace(ALLOWED, governed_claims=())])
def test_rfc6749_4_1_2_1_a_governed_claim_that_is_not_allowed_is_an_invalid_scope(client: Client, scope: str) -> None:
    with pytest.raises(RedirectError) as refused:
        read_request(PROVIDER, SubmittedRequest(client, authorize(client=client, scope=f"openid {scope}")), NOW)
    assert refused.value.code == "invalid_scope"


def test_a_client_that_is_allowed_one_governed_claim_is_not_allowed_the_other() -> None:
    client = replace(ALLOWED, governed_claims=("tech_id",))
    assert read_request(
        PROVIDER, SubmittedRequest(client, authorize(client=client, scope="openid tech_id")), NOW
    ).scope == (
        "openid",
        "tech_id",
    )
    with pytest.raises(RedirectError):
        read_request(
            PROVIDER, SubmittedRequest(client, authorize(client=client, scope="openid tech_id national_id")), NOW
        )


def test_oidc_identity_assurance_10_discovery_says_what_is_verified_and_how() -> None:
    document = discovery_document(ISSUER, {})
    assert document["verified_claims_supported"] is True
    assert document["trust_frameworks_supported"] == ["vn_national_population"]
    assert document["evidence_supported"] == ["document", "electronic_record", "vouch"]
    assert document["electronic_records_supported"] == ["population_register", "former_account", "phone_subscriber"]
    assert document["documents_supported"] == ["idcard"]
    assert document["attestations_supported"] == ["digital_attestation"]
    assert document["claims_in_verified_claims_supported"] == [
        *("name", "family_name", "middle_name", "given_name", "birthdate", "gender"),
    ]
    assert {"verified_identity", "national_id", "tech_id"} <= SCOPES.keys()


def test_an_imported_account_keeps_the_tech_id_that_portals_know() -> None:
    known = "2b8d3c6e-5f0a-4f0e-9d5b-1c2d3e4f5a6b"
    imported = replace(HELD, tech_id_sealed=PROVIDER.sealer.seal(known.encode(), TECH_ID_PLACE.of(PERSON)))
    assert userinfo("tech_id", held=imported) == {"TechID": known}
    assert userinfo("tech_id") == {"TechID": PROVIDER.subjects.tech_id(PersonId(PERSON))}
    assert userinfo("tech_id", client=replace(ALLOWED, governed_claims=()), held=imported) == {}


def test_a_merged_person_keeps_subject_and_tech_id_where_it_was_known() -> None:
    issued = issue_access_token(
        PROVIDER, ALLOWED, ("openid", "tech_id"), NOW, replace(GRANT, subject_id=PersonId("merged"))
    )
    token = read_access_token(PROVIDER, issued.text, NOW)
    state = replace(STATE, grant=replace(STATE.grant, subject_id=PersonId("merged")))
    answer = decide_userinfo(PROVIDER, UserinfoSnapshot(token, state, ALLOWED, NOW, PersonFacts(HELD)))
    assert answer.body == {
        "sub": PROVIDER.subjects.subject(PersonId("merged"), ALLOWED),
        "TechID": PROVIDER.subjects.tech_id(PersonId("merged")),
    }
    assert token is not None
    assert token.claims.claims["sub"] == PROVIDER.subjects.subject(PersonId("merged"), ALLOWED)
