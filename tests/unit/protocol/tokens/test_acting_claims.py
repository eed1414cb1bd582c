"""`act` and `acting_for`: who acts and for whom, by the names that one sector knows."""

import pytest

from idp.delegation.model import MandateKind, Power, PrincipalKind
from idp.kernel.ids import OrganisationId, PersonId
from idp.kernel.secrets import SealBrokenError
from idp.protocol.extensions.acting_claims import (
    ActingFor,
    ActingRecord,
    AssistedBy,
    acting_claims,
    open_acting,
    seal_acting,
)
from tests.support.builders.protocol import BANK, CLIENT, PERSON, PROVIDER

ENTERPRISE = ActingFor(
    id="organisation-1",
    type=PrincipalKind.ORGANISATION,
    kind=MandateKind.REPRESENTATIVE,
    name="Công ty thử nghiệm",
    code="0100000019",
    powers=(Power.FILE, Power.SIGN),
)
CHILD = ActingFor(
    id="person-2", type=PrincipalKind.PERSON, kind=MandateKind.GUARDIAN, name="Trẻ thử nghiệm", powers=(Power.VIEW,)
)
OFFICER = AssistedBy(person_id=PersonId("officer-1"), agency="H26", post="counter")


def _claims(record: ActingRecord) -> dict[str, object]:
    return acting_claims(PROVIDER, CLIENT, PersonId(PERSON), seal_acting(PROVIDER.sealer, record))


def test_who_acts_alone_and_for_themself_has_no_claim() -> None:
    assert seal_acting(PROVIDER.sealer, ActingRecord()) is None
    assert acting_claims(PROVIDER, CLIENT, PersonId(PERSON), None) == {}


def test_rfc8693_4_1_the_actor_for_an_organisation_is_the_person_who_signed_in() -> None:
    assert _claims(ActingRecord(acting_for=ENTERPRISE)) == {
        "act": {"sub": PROVIDER.subjects.subject(PersonId(PERSON), CLIENT)},
        "acting_for": {
            "sub": PROVIDER.subjects.organisation(OrganisationId("organisation-1"), CLIENT),
            "type": "organisation",
            "name": "Công ty thử nghiệm",
            "code": "0100000019",
            "kind": "representative",
            "powers": ["file", "sign"],
        },
    }


def test_a_person_acted_for_bears_the_sub_they_would_sign_in_with_and_no_code() -> None:
    claim = _claims(ActingRecord(acting_for=CHILD))["acting_for"]
    assert claim == {
        "sub": PROVIDER.subjects.subject(PersonId("person-2"), CLIENT),
        "type": "person",
        "name": "Trẻ thử nghiệm",
        "kind": "guardian",
        "powers": ["view"],
    }


def test_rfc8693_4_1_in_assisted_filing_the_officer_acts() -> None:
    officer = {"sub": PROVIDER.subjects.subject(PersonId("officer-1"), CLIENT), "agency": "H26", "post": "counter"}
    assert _claims(ActingRecord(assisted_by=OFFICER)) == {"act": officer}


def test_an_officer_may_assist_who_acts_for_an_organisation() -> None:
    claims = _claims(ActingRecord(acting_for=ENTERPRISE, assisted_by=OFFICER))
    assert (set(claims), claims["act"]) == ({"act", "acting_for"}, _claims(ActingRecord(assisted_by=OFFICER))["act"])


def test_oidc_core_8_1_two_sectors_cannot_join_an_organisation() -> None:
    first, second = (
        PROVIDER.subjects.organisation(OrganisationId("organisation-1"), client) for client in (CLIENT, BANK)
    )
    assert first != second


def test_an_organisation_is_never_taken_for_the_person_of_the_same_id() -> None:
    assert PROVIDER.subjects.organisation(OrganisationId("same"), CLIENT) != PROVIDER.subjects.subject(
        PersonId("same"), CLIENT
    )


def test_the_record_comes_back_as_it_was_sealed_and_shows_no_name() -> None:
    record = ActingRecord(acting_for=ENTERPRISE, assisted_by=OFFICER)
    sealed = seal_acting(PROVIDER.sealer, record)
    assert sealed is not None
    assert open_acting(PROVIDER.sealer, sealed) == record
    assert ENTERPRISE.name.encode() not in sealed


def test_a_record_of_another_place_does_not_open() -> None:
    with pytest.raises(SealBrokenError):
        open_acting(PROVIDER.sealer, PROVIDER.sealer.seal(b"{}", "profile"))
