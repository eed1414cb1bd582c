"""Builders for the protocol tests: a house with real keys, one client, one person, and what they agreed.

Everything is a frozen value: a test takes what it needs and breaks one thing with `replace`.
"""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Final
from urllib.parse import quote_plus, urlencode

import orjson
from joserfc.jwk import ECKey, KeySet, RSAKey

from clients.client_secret import hash_secret
from clients.model import Client, ClientId, ClientSecret
from idp.account.model import PROFILE_PLACE, Account, AccountStatus, ProofState
from idp.audit.model import Origin
from idp.grants.model import AuthorizationCode, Grant, GrantState, RefreshFamily
from idp.kernel.ids import AccountId, GrantId, PersonId, SessionId
from idp.kernel.secrets import HashKey, Sealer
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.interaction import Situation
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.client_auth.authentication import Credentials, read_credentials
from idp.protocol.decider import ClientFacts
from idp.protocol.forms import Form, parse_form
from idp.protocol.introspection import InspectionSnapshot, PresentedToken
from idp.protocol.policy import ProtocolPolicy
from idp.protocol.provider import Provider
from idp.protocol.token.authorization_code import CodeFacts
from idp.protocol.token.endpoint import TokenSnapshot
from idp.protocol.token.refresh_token import RefreshFacts
from idp.protocol.tokens.refresh import RefreshTokenMint
from idp.protocol.tokens.subjects import SubjectKey
from idp.sessions.model import Session, SessionView
from idp.sign_in.levels import SMS
from keys.errors import TokenInvalidError
from keys.generate import generate
from keys.key_set import KeySet as SigningKeySet
from keys.model import ALGORITHMS, Algorithm, SigningKey
from keys.seal import MasterKey, seal
from keys.signer import Signer
from keys.verifier import VerifiedToken, Verifier

NOW: Final = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ISSUER: Final = "https://signon.example"
REDIRECT: Final = "https://portal.example/cb"
GOODBYE: Final = "https://portal.example/bye"
VERIFIER: Final = "a-verifier-of-forty-three-characters-or-more"
CHALLENGE: Final = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
SECRET: Final = "nso_cs_of-the-tests"
ORIGIN: Final = Origin("correlation-1", "192.0.2.1", 40000)
# What a builder is told to change unless a test says otherwise.
AS_IT_IS: Final[Mapping[str, str]] = {}
ALL_SCOPES: Final = ("openid", "profile", "email", "address", "phone", "offline_access")


class Notary:
    """The real signer and verifier over one key set, in the shape that a house asks for."""

    def __init__(self, keys: SigningKeySet) -> None:
        """Take the opened keys."""
        self._signer, self._verifier = Signer(keys), Verifier(keys)

    def sign(self, claims: dict[str, object], *, algorithm: Algorithm, typ: str, now: datetime) -> str:
        """Return a compact JWS."""
        return self._signer.sign(claims, algorithm=algorithm, typ=typ, now=now)

    def verify(self, token: str, now: datetime) -> VerifiedToken | None:
        """Return an access token's content or None."""
        try:
            return self._verifier.verify(token, algorithms=ALGORITHMS, now=now)
        except TokenInvalidError:
            return None

    def verify_hint(self, token: str) -> VerifiedToken | None:
        """Return the content of a token of ours, however old, or None."""
        try:
            return self._verifier.verify_hint(token, algorithms=ALGORITHMS)
        except TokenInvalidError:
            return None


def make_notary() -> Notary:
    """Return a notary with fresh keys of both algorithms, active since long before `NOW`."""
    master = MasterKey(b"m" * 32)
    records = []
    for algorithm in ALGORITHMS:
        pair = generate(algorithm, rsa_bits=2048)
        sealed = seal(pair.private_der, kid=pair.kid, master_key=master)
        since = NOW - timedelta(days=400)
        records.append(SigningKey(pair.kid, algorithm, sealed, pair.public_jwk, since, since))
    return Notary(SigningKeySet.open(records, master, NOW))


# RSA keys cost a tenth of a second: made once for the whole run.
NOTARY: Final = make_notary()


@cache
def strangers_notary() -> Notary:
    """Return a notary whose keys nobody here knows."""
    return make_notary()


PROVIDER: Final = Provider(
    issuer=ISSUER,
    signer=NOTARY,
    verifier=NOTARY,
    token_hash=HashKey(b"t" * 32),
    client_secret_hash=HashKey(b"c" * 32),
    sealer=Sealer({"k1": b"s" * 32}, "k1"),
    subjects=SubjectKey(b"p" * 32),
    refresh_tokens=RefreshTokenMint(b"r" * 32),
    policy=ProtocolPolicy(),
)

CLIENT_KEY: Final = ECKey.generate_key("P-256", {"kid": "client-key-1", "alg": "ES256"})


@cache
def client_rsa_key() -> RSAKey:
    """Return the RSA key of a client that signs with one."""
    return RSAKey.generate_key(2048, {"kid": "client-rsa-1"})


def public_jwks(*keys: ECKey | RSAKey) -> dict[str, list[dict[str, str]]]:
    """Return the public halves as a client registers them."""
    public = KeySet(list(keys)).as_dict(private=False)
    return {"keys": [{name: str(value) for name, value in key.items()} for key in public["keys"]]}


CLIENT: Final = Client(
    client_id=ClientId("portal"),
    client_name={"vi": "Cổng thử nghiệm", "en": "Test portal"},
    redirect_uris=(REDIRECT,),
    post_logout_redirect_uris=(GOODBYE,),
    grant_types=("authorization_code", "refresh_token", "client_credentials"),
    scope=(*ALL_SCOPES, "records:read"),
    id_token_signed_response_alg="ES256",
    sector="state",
    require_consent=False,
    secrets=(ClientSecret(hash_secret(SECRET, PROVIDER.client_secret_hash.key), NOW),),
    created_at=NOW,
    updated_at=NOW,
)
BANK: Final = Client(
    client_id=ClientId("bank"),
    client_name={"vi": "Ngân hàng thử nghiệm", "en": "Test bank"},
    redirect_uris=("https://bank.example/cb",),
    grant_types=("authorization_code", "refresh_token"),
    scope=ALL_SCOPES,
    sector="other",
    secrets=CLIENT.secrets,
    created_at=NOW,
    updated_at=NOW,
)

PERSON: Final = "person-1"
ACCOUNT: Final = Account(
    id=AccountId("account-1"),
    person_id=PersonId(PERSON),
    status=AccountStatus.OPEN,
    proof=ProofState.PROVED,
    locale="vi",
    created_at=NOW - timedelta(days=90),
)
SESSION: Final = Session(
    id=SessionId("session-1"),
    secret_hash=b"h" * 32,
    person_id=PersonId(PERSON),
    account_id=ACCOUNT.id,
    auth_time=NOW - timedelta(minutes=20),
    acr="loa2",
    amr=("pwd",),
    created_at=NOW - timedelta(minutes=20),
    expires_at=NOW + timedelta(hours=11),
    factor_at=NOW - timedelta(minutes=20),
    idle_until=NOW + timedelta(minutes=40),
)
PROFILE: Final[dict[str, object]] = {
    "name": "Nguyễn Thị Hòa",
    "birthdate": "2399",
    "updated_at": 1793865600,
    "email": "hoa@people.example",
    "email_verified": True,
    "phone_number": "+84912345678",
    "phone_number_verified": False,
    "address": {"country": "VN", "locality": "Hà Nội"},
}
PROFILE_SEALED: Final = PROVIDER.sealer.seal(orjson.dumps(PROFILE), PROFILE_PLACE.of(PERSON))
VIEW: Final = SessionView(
    session=SESSION,
    account=ACCOUNT,
    profile_sealed=PROFILE_SEALED,
    phone_sealed=b"sealed phone",
    email_sealed=None,
    consented_scope=None,
    enrolled=frozenset({SMS}),
)

CODE_TEXT: Final = "the-code-of-the-tests"
CODE: Final = AuthorizationCode(
    client_id=CLIENT.client_id,
    redirect_uri=REDIRECT,
    redirect_uri_given=True,
    scope=("openid", "profile"),
    nonce="n-1",
    code_challenge=CHALLENGE,
    session_id=SESSION.id,
    person_id=PersonId(PERSON),
    account_id=ACCOUNT.id,
    auth_time=SESSION.auth_time,
    acr="loa2",
    amr=("pwd",),
    issued_at=NOW - timedelta(seconds=10),
    expires_at=NOW + timedelta(seconds=50),
)
GRANT: Final = Grant(
    id=GrantId(f"{'grant':0<26}"),
    code_hash=PROVIDER.token_hash.digest(CODE_TEXT),
    client_id=CLIENT.client_id,
    session_id=SESSION.id,
    person_id=PersonId(PERSON),
    account_id=ACCOUNT.id,
    scope=("openid", "profile"),
    nonce="n-1",
    auth_time=SESSION.auth_time,
    acr="loa2",
    amr=("pwd",),
    offline=False,
    created_at=NOW - timedelta(minutes=10),
    expires_at=NOW + timedelta(hours=11),
)
# Three generations of one family: one long dead, one just replaced, one alive.
OLDER, PREVIOUS, HEAD = (PROVIDER.refresh_tokens.make(GRANT.id, generation) for generation in range(3))
FAMILY: Final = RefreshFamily(
    grant_id=GRANT.id,
    person_id=PersonId(PERSON),
    head_hash=PROVIDER.token_hash.digest(HEAD.text),
    previous_hash=PROVIDER.token_hash.digest(PREVIOUS.text),
    successor_sealed=PROVIDER.sealer.seal(HEAD.text.encode(), f"refresh:{GRANT.id}"),
    generation=2,
    rotated_at=NOW - timedelta(seconds=5),
)
STATE: Final = GrantState(GRANT, FAMILY, alive=True, token_revoked=False, profile_sealed=PROFILE_SEALED)


def form(**fields: str) -> Form:
    """Return the parameters as they come over the wire."""
    return parse_form(urlencode(fields).encode())


def basic(client_id: ClientId, secret: str) -> str:
    """Return a Basic header (RFC 6749 2.3.1)."""
    return "Basic " + b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()


def credentials_of(client: Client) -> Credentials:
    """Return what this client shows when it does everything right, private_key_jwt excepted."""
    if client.token_endpoint_auth_method == "client_secret_basic":
        return read_credentials(form(), basic(client.client_id, SECRET))
    if client.token_endpoint_auth_method == "client_secret_post":
        return read_credentials(form(client_id=client.client_id, client_secret=SECRET), None)
    return read_credentials(form(client_id=client.client_id), None)


def facts_of(client: Client) -> ClientFacts:
    """Return the facts of a request that this client sent and proved."""
    return ClientFacts(credentials_of(client), client, client.jwks or {})


def code_request(
    changed: Mapping[str, str] = AS_IT_IS,
    *,
    client: Client = CLIENT,
    code: AuthorizationCode | None = CODE,
    **more: str,
) -> TokenSnapshot:
    """Return the redemption of `code` by `client`; a parameter changed to "" is left out."""
    fields = {
        "grant_type": "authorization_code",
        "code": CODE_TEXT,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    presented = CodeFacts(PROVIDER.token_hash.digest(CODE_TEXT), code)
    return TokenSnapshot(form(**{**fields, **changed, **more}), facts_of(client), presented, ORIGIN, NOW)


def refresh_request(
    text: str = HEAD.text,
    changed: Mapping[str, str] = AS_IT_IS,
    *,
    client: Client = CLIENT,
    state: GrantState | None = STATE,
    **more: str,
) -> TokenSnapshot:
    """Return a refresh with a token by `client`, with the state that its grant is in."""
    fields = {"grant_type": "refresh_token", "refresh_token": text}
    token = PROVIDER.refresh_tokens.parse(text)
    presented = RefreshFacts(token, state if token else None)
    return TokenSnapshot(form(**{**fields, **changed, **more}), facts_of(client), presented, ORIGIN, NOW)


def inspection(
    presented: PresentedToken | None, changed: Mapping[str, str] = AS_IT_IS, *, client: Client = CLIENT, **more: str
) -> InspectionSnapshot:
    """Return an introspection or revocation request by `client`."""
    return InspectionSnapshot(
        form(**{"token": "the-token", **changed, **more}), facts_of(client), presented, ORIGIN, NOW
    )


def claims_of(token: object, now: datetime = NOW) -> dict[str, object]:
    """Return the claims of a token of ours, its signature verified."""
    verified = PROVIDER.verifier.verify_hint(str(token))
    assert verified is not None, "not a token of this house"
    return dict(verified.claims)


def header_of(token: object) -> dict[str, object]:
    """Return the header of a token of ours, its signature verified."""
    verified = PROVIDER.verifier.verify_hint(str(token))
    assert verified is not None, "not a token of this house"
    return dict(verified.header)


def authorize(changed: Mapping[str, str] = AS_IT_IS, *, client: Client = CLIENT, **more: str) -> Form:
    """Return the parameters of a good authorization request; one changed to "" counts as left out."""
    fields = {
        "client_id": client.client_id,
        "response_type": "code",
        "redirect_uri": client.redirect_uris[0],
        "scope": "openid profile",
        "state": "state-1",
        "nonce": "n-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return form(**{**fields, **changed, **more})


def situation(
    client: Client = CLIENT,
    changed: Mapping[str, str] = AS_IT_IS,
    *,
    view: SessionView | None = VIEW,
    began_at: datetime = NOW,
    consented_at: datetime | None = None,
    **more: str,
) -> Situation:
    """Return a checked request with the browser's session; the request began just now."""
    request = read_request(PROVIDER, SubmittedRequest(client, authorize(changed, client=client, **more)), NOW)
    return Situation(PROVIDER, request, view, began_at, consented_at, NOW)
