"""What a register proved of a person, as claims (OpenID Identity Assurance: `verified_claims`), and governed claims."""

from collections.abc import Mapping
from datetime import UTC, datetime

from clients.model import Client
from idp.account.model import NUMBER_PLACE, TECH_ID_PLACE, AccountKind, ProofState
from idp.kernel.ids import PersonId
from idp.proofing.evidence import Evidence, evidence_rules
from idp.proofing.proof import HeldIdentity
from idp.proofing.validity import PROOF_LIFE
from idp.protocol.provider import Provider

TRUST_FRAMEWORK = "vn_national_population"
RECORD = "population_register"
# The register's facts among the claims of a person; whatever else the profile holds nobody has verified.
VERIFIABLE = ("name", "family_name", "middle_name", "given_name", "birthdate", "gender")


def _subjects(type_: str) -> list[str]:
    return sorted(rule.subject for rule in evidence_rules().values() if rule.type == type_)


# Where each type of evidence says what it is about (OpenID Identity Assurance 5.4.4).
_SUBJECTS = {"electronic_record": "record", "vouch": "attestation", "document": "document_details"}


def assurance_metadata() -> Mapping[str, object]:
    """Return what discovery says of it (OpenID Identity Assurance 10)."""
    return {
        "verified_claims_supported": True,
        "trust_frameworks_supported": [TRUST_FRAMEWORK],
        "claims_in_verified_claims_supported": list(VERIFIABLE),
        "evidence_supported": sorted({"electronic_record", *(rule.type for rule in evidence_rules().values())}),
        "electronic_records_supported": [RECORD, *_subjects("electronic_record")],
        "documents_supported": _subjects("document"),
        "attestations_supported": _subjects("vouch"),
    }


def proved_claims(
    provider: Provider,
    client: Client,
    scope: tuple[str, ...],
    held: HeldIdentity,
    profile: Mapping[str, object],
    now: datetime,
) -> dict[str, object]:
    """Return `verified_claims` and `national_id` as far as the scope goes, and only while the proof stands.

    What somebody merely declared is nobody's national number; a lapsed proof releases nothing until it is renewed.
    """
    if not _stands(held, now):
        return {}
    released: dict[str, object] = {}
    if "verified_identity" in scope:
        released["verified_claims"] = _verified(held, profile)
    if releases_number(client, scope):
        released["national_id"] = provider.sealer.open(held.number_sealed, NUMBER_PLACE.of(held.person_id)).decode()
    return released


def releases_number(client: Client, scope: tuple[str, ...]) -> bool:
    """Say whether the scope asks for the personal number and the client is, still, allowed it."""
    return "national_id" in scope and "national_id" in client.governed_claims


def migration_claim(
    provider: Provider, client: Client, scope: tuple[str, ...], known_as: PersonId, held: HeldIdentity | None
) -> dict[str, object]:
    """Return `TechID` for a client that has it by exception (its tables are keyed by it), else nothing.

    Who came with an imported account keeps the identifier that the portals know; everybody else has a computed one.
    """
    if "tech_id" not in scope or "tech_id" not in client.governed_claims:
        return {}
    if held is not None and held.tech_id_sealed is not None:
        return {"TechID": provider.sealer.open(held.tech_id_sealed, TECH_ID_PLACE.of(known_as)).decode()}
    return {"TechID": provider.subjects.tech_id(known_as)}


def _stands(held: HeldIdentity, now: datetime) -> bool:
    # For an officer an agency vouches, no register, and the name they sign in with is no number.
    if held.proof is not ProofState.PROVED or held.kind is AccountKind.OFFICER:
        return False
    return held.proved_at is None or now - held.proved_at <= PROOF_LIFE


def _verified(held: HeldIdentity, profile: Mapping[str, object]) -> dict[str, object]:
    """OpenID Identity Assurance 5: the framework, when, the electronic record, and the claims it bears."""
    evidence: dict[str, object] = {
        "type": "electronic_record",
        "record": {"type": RECORD, "source": {"name": "Cơ sở dữ liệu quốc gia về dân cư", "country_code": "VNM"}},
    }
    shown = [_shown(held.evidence)] if held.evidence else []
    verification: dict[str, object] = {"trust_framework": TRUST_FRAMEWORK, "evidence": [evidence, *shown]}
    check: dict[str, object] = {"check_method": "data"}
    if held.proved_at is not None:
        verification["time"] = check["time"] = _written(held.proved_at)
    if held.receipt_id is not None:
        # The person has the receipt of this name on their own page: who doubts can ask them for it.
        verification["verification_process"] = check["txn"] = held.receipt_id
    evidence["check_details"] = [check]
    return {
        "verification": verification,
        "claims": {claim: profile[claim] for claim in VERIFIABLE if profile.get(claim) not in {None, ""}},
    }


def _shown(evidence: Evidence) -> dict[str, object]:
    """OpenID Identity Assurance 5.4.4: what showed that the person was here, how that was checked, and when."""
    rule = evidence_rules()[evidence.kind]
    check = {"check_method": rule.check_method, "time": _written(evidence.at)}
    # A carrier's or an agency's name would tell a portal more about the person than it needs.
    about = {"type": rule.subject, "source": {"name": rule.source_name, "country_code": "VNM"}}
    return {"type": rule.type, _SUBJECTS[rule.type]: about, "check_details": [check]}


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
