"""`verified_claims` as requested and as released, against JSON schemas that say what OpenID Identity Assurance says."""

import json
from datetime import timedelta
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.proofing.evidence import Evidence, EvidenceKind
from idp.protocol.authorize.claims_parameter import ClaimsRefusedError
from idp.protocol.extensions.asked_verified_claims import asked_verified
from records.structs import replace
from tests.support.builders.protocol import NOW, PROVIDER
from tests.unit.protocol.tokens.test_verified_claims import HELD, userinfo

_SCHEMAS = Path(__file__).parent / "schemas"


def schema(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads((_SCHEMAS / f"{name}.json").read_text("utf-8")))


RELEASED, REQUESTED = schema("verified_claims"), schema("verified_claims_request")

# Near enough to a request to be one half of the time.
VALUES = st.one_of(st.text("aé", max_size=3), st.booleans(), st.integers(-5, 5), st.none(), st.just(1.5))
DEMANDS = st.one_of(
    st.none(),
    st.integers(0, 1),
    st.fixed_dictionaries(
        {},
        optional={
            "essential": st.one_of(st.booleans(), st.just("yes")),
            "value": VALUES,
            "values": st.lists(VALUES, max_size=11),
            "purpose": st.one_of(st.sampled_from(["ab", "abc", "Mở tài khoản"]), st.integers(0, 1)),
        },
    ),
)
AGES = st.sampled_from([0, 60, 10**9, 10**9 + 1, -1, "1", None])
TIMES = st.one_of(st.none(), st.fixed_dictionaries({}, optional={"max_age": AGES}))
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "verification": st.fixed_dictionaries({}, optional={"trust_framework": DEMANDS, "time": TIMES}),
        "claims": st.dictionaries(st.sampled_from(["name", "gender", "shoe_size"]), DEMANDS, max_size=2),
    },
)


def is_taken(asked: object) -> bool:
    try:
        tuple(asked_verified(PROVIDER.token_hash, "userinfo", asked))
    except ClaimsRefusedError:
        return False
    return True


@given(st.one_of(REQUESTS, st.lists(REQUESTS, min_size=1, max_size=2), st.integers(0, 1)))
def test_oidc_identity_assurance_6_what_the_schema_of_requests_allows_is_taken_and_nothing_else(asked: object) -> None:
    assert is_taken(asked) == REQUESTED.is_valid(asked), asked


def test_oidc_identity_assurance_6_the_schema_of_requests_tells_good_from_bad() -> None:
    """Both sides of the comparison above are met."""
    framework = {"trust_framework": {"value": "vn_national_population"}}
    good = {"verification": framework, "claims": {"name": {"essential": True, "purpose": "Mở tài khoản"}}}
    assert is_taken(good)
    assert REQUESTED.is_valid(good)
    bad = {"verification": framework, "claims": {"name": {"purpose": "no"}}}
    assert not is_taken(bad)
    assert not REQUESTED.is_valid(bad)


@pytest.mark.parametrize("kind", [None, *EvidenceKind])
def test_oidc_identity_assurance_5_what_is_released_is_valid_by_the_schema_of_responses(
    kind: EvidenceKind | None,
) -> None:
    evidence = Evidence(kind=kind, at=NOW - timedelta(days=2), source="x") if kind else None
    for held in (replace(HELD, evidence=evidence), replace(HELD, evidence=evidence, proved_at=None, receipt_id=None)):
        released = userinfo("verified_identity", held=held)["verified_claims"]
        RELEASED.validate(released)
        assert isinstance(released, dict)
        assert not RELEASED.is_valid({**released, "verification": {}})
