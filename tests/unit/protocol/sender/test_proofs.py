"""DPoP proofs, each rule of RFC 9449 4.3 broken alone (FAPI 2.0: `dpop-negative-tests`)."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.protocol.sender.nonces import NONCE_LIFE, nonce_now
from idp.protocol.sender.proofs import judge_proofs
from idp.protocol.sender.shown import Certificate, Sender, SenderFacts
from tests.support.builders.protocol import ISSUER, NOW, PROVIDER
from tests.support.parties.dpop_key import DpopKey

KEY = DpopKey()
ADDRESS = f"{ISSUER}/token"
AT = NOW.timestamp()
TOKEN = "an.access.token"


def judged(*proofs: str, now: datetime = NOW, token: str | None = None, path: str = "/token") -> SenderFacts:
    return judge_proofs(PROVIDER, Sender("POST", path, proofs), now, token)


def proof(**changed: object) -> str:
    return KEY.proof("POST", ADDRESS, at=AT, claims=changed)


def refused(facts: SenderFacts) -> str:
    assert (facts.jkt, facts.use) == (None, None)
    assert facts.fault is not None
    return facts.fault.code


def test_rfc9449_4_3_a_good_proof_proves_its_key() -> None:
    facts = judged(proof())
    assert (facts.jkt, facts.fault, facts.nonce) == (KEY.thumbprint, None, False)
    assert facts.use is not None
    assert facts.use.life == 2 * PROVIDER.policy.proof_window
    assert judged(proof()).use != facts.use


def test_a_request_without_a_proof_proves_nothing() -> None:
    assert judged() == SenderFacts()


@pytest.mark.parametrize(
    "key",
    [
        DpopKey(RSAKey.generate_key(2048), "PS256"),
        DpopKey(OKPKey.generate_key("Ed25519"), "Ed25519"),
    ],
    ids=lambda key: key.algorithm,
)
def test_rfc9449_5_1_every_algorithm_that_discovery_names_is_taken(key: DpopKey) -> None:
    assert judged(key.proof("POST", ADDRESS, at=AT)).jkt == key.thumbprint


@pytest.mark.parametrize(
    "changed",
    [
        {"jti": None},
        {"jti": 1},
        {"jti": ""},
        {"jti": "x" * 257},
        {"htm": None},
        {"htm": "GET"},
        {"htm": "post"},
        {"htu": None},
        {"htu": f"{ISSUER}/userinfo"},
        {"htu": "https://elsewhere.example/token"},
        {"htu": "http://[broken"},
        {"htu": ["https://elsewhere.example/token"]},
        {"iat": None},
        {"iat": "now"},
        {"iat": True},
        {"iat": AT - 3600},
        {"iat": AT + 3600},
        {"iat": float("1e300")},
    ],
    ids=str,
)
def test_rfc9449_4_3_a_claim_that_is_missing_or_wrong_proves_nothing(changed: Mapping[str, object]) -> None:
    assert refused(judged(proof(**changed))) == "invalid_dpop_proof"


@pytest.mark.parametrize("off", [-10, 10])
def test_rfc9449_11_1_a_clock_may_be_ten_seconds_off(off: int) -> None:
    assert judged(proof(iat=AT + off)).jkt == KEY.thumbprint


@pytest.mark.parametrize("more", [{"nbf": AT}, {"exp": AT + 60}, {"unknown": {"deep": [1]}}], ids=str)
def test_rfc9449_4_2_further_claims_are_no_fault(more: Mapping[str, object]) -> None:
    assert judged(proof(**more)).jkt == KEY.thumbprint


@pytest.mark.parametrize("address", [f"{ADDRESS}?a=b", f"{ADDRESS}#part", ADDRESS.replace("https://", "HTTPS://")])
def test_rfc9449_4_3_an_address_is_compared_without_query_and_fragment_and_normalised(address: str) -> None:
    assert judged(proof(htu=address)).jkt == KEY.thumbprint


@pytest.mark.parametrize(
    "header",
    [
        {"typ": None},
        {"typ": "JWT"},
        {"jwk": None},
        {"jwk": "key"},
        {"jwk": {}},
        {"jwk": KEY.key.as_dict(private=True)},
        {"jwk": DpopKey().key.as_dict(private=False)},
        {"jwk": {**KEY.key.as_dict(private=False), "crv": "P-384"}},
        {"jwk": {**KEY.key.as_dict(private=False), "x": "!"}},
        {"jku": "https://elsewhere.example/keys"},
        {"crit": ["exp"]},
    ],
    ids=",".join,
)
def test_rfc9449_4_3_a_header_that_is_wrong_proves_nothing(header: Mapping[str, object]) -> None:
    assert refused(judged(KEY.proof("POST", ADDRESS, at=AT, header=header))) == "invalid_dpop_proof"


def test_rfc9449_4_3_an_algorithm_of_another_kind_proves_nothing() -> None:
    rsa = RSAKey.generate_key(2048)
    assert refused(judged(DpopKey(rsa, "RS256").proof("POST", ADDRESS, at=AT))) == "invalid_dpop_proof"
    assert refused(judged(DpopKey(ECKey.generate_key("P-384"), "ES384").proof("POST", ADDRESS, at=AT)))
    unsigned = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6Im5vbmUifQ.e30."
    assert refused(judged(unsigned)) == "invalid_dpop_proof"


def test_an_rsa_key_shorter_or_longer_than_we_take_proves_nothing() -> None:
    head = {"jwk": {"kty": "RSA", "e": "AQAB", "n": "x" * 3000}, "alg": "PS256"}
    assert refused(judged(DpopKey(RSAKey.generate_key(2048), "PS256").proof("POST", ADDRESS, at=AT, header=head)))
    head = {"jwk": {"kty": "RSA", "e": "AQAB", "n": "x" * 171}, "alg": "PS256"}
    assert refused(judged(DpopKey(RSAKey.generate_key(2048), "PS256").proof("POST", ADDRESS, at=AT, header=head)))


def test_a_changed_signature_proves_nothing() -> None:
    good = proof()
    head, _, signature = good.rpartition(".")
    assert refused(judged(f"{head}.{signature[::-1]}")) == "invalid_dpop_proof"


def test_rfc9449_4_3_two_headers_prove_nothing() -> None:
    assert refused(judged(proof(), proof())) == "invalid_dpop_proof"


def test_rfc9449_4_3_beside_an_access_token_its_hash_is_needed() -> None:
    good = KEY.proof("POST", ADDRESS, at=AT, access_token=TOKEN)
    assert judged(good, token=TOKEN).jkt == KEY.thumbprint
    assert refused(judged(good, token="another.access.token")) == "invalid_dpop_proof"
    assert refused(judged(proof(), token=TOKEN)) == "invalid_dpop_proof"


def test_rfc9449_8_a_nonce_of_ours_makes_up_for_a_wrong_clock() -> None:
    nonce = nonce_now(PROVIDER, NOW)
    facts = judged(proof(iat=AT - 3600, nonce=nonce))
    assert (facts.jkt, facts.nonce) == (KEY.thumbprint, True)
    assert facts.use is not None
    assert facts.use.life == NONCE_LIFE
    assert judged(proof(nonce=nonce), now=NOW + NONCE_LIFE / 3).nonce


@pytest.mark.parametrize("nonce", ["made-up", "", 1, None, ["a"], "ế"])
def test_rfc9449_8_another_nonce_asks_for_ours(nonce: object) -> None:
    said = {"nonce": nonce} if nonce is not None else {"nonce": False}
    assert refused(judged(proof(**said))) == "use_dpop_nonce"


def test_rfc9449_8_an_old_nonce_asks_for_a_new_one() -> None:
    late = NOW + NONCE_LIFE
    old = KEY.proof("POST", ADDRESS, at=late.timestamp(), nonce=nonce_now(PROVIDER, NOW))
    assert refused(judged(old, now=late)) == "use_dpop_nonce"


def test_rfc8705_3_1_a_certificate_is_known_by_its_sha_256() -> None:
    facts = judge_proofs(PROVIDER, Sender("POST", "/token", (), Certificate(b"der")), NOW)
    digest = urlsafe_b64encode(sha256(b"der").digest()).rstrip(b"=").decode()
    assert facts == SenderFacts(x5t_s256=digest)


@given(st.one_of(st.text(), st.from_regex(r"[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{1,80}\.[A-Za-z0-9_-]{0,80}")))
def test_whatever_is_sent_as_a_proof_is_refused_and_nothing_breaks(text: str) -> None:
    assert refused(judged(text)) == "invalid_dpop_proof"


@given(
    st.dictionaries(
        st.sampled_from(["jti", "htm", "htu", "iat", "nonce", "ath"]),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-(2**63), 2**63 - 1),
            st.floats(allow_nan=False),
            st.text(),
            st.lists(st.text()),
        ),
        min_size=1,
    )
)
def test_whatever_a_signed_proof_claims_is_judged_and_nothing_breaks(claims: dict[str, object]) -> None:
    facts = judged(proof(**claims), token=TOKEN)
    assert facts.fault is not None or facts.jkt == KEY.thumbprint


def test_the_window_is_wide_enough_for_the_suite_and_no_wider_than_a_minute() -> None:
    assert timedelta(seconds=10) < PROVIDER.policy.proof_window <= timedelta(minutes=1)
