"""What a trial client proves itself by: made from the secret of the browser that holds the run, kept nowhere."""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from secrets import token_urlsafe

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey
from msgspec import Struct

from clients.client_secret import hash_secret
from clients.model import ClientId, ClientSecret
from clients.trial_client import StandIn
from idp.client_trials.model import TrialRun
from idp.kernel.secrets import HashKey
from records.structs import Unprinted

_CURVE = ec.SECP256R1()
# The order of the curve: a private key is a number below it (FIPS 186-5 6.1.1).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ASSERTION_LIFE = timedelta(seconds=60)
_KEY_ID = "try"


class StandIns(Unprinted, Struct, frozen=True):
    """Makes them. Whoever holds the cookie alone cannot: the key of the provider goes in too."""

    key: HashKey
    pepper: bytes

    def secret(self, browser: str) -> str:
        """Return the secret of the trial client."""
        return self.text(browser, "secret")

    def text(self, browser: str, purpose: str) -> str:
        """Return 256 bits for one purpose, as 43 letters: also a code verifier (RFC 7636 4.1)."""
        return urlsafe_b64encode(self.key.digest(f"{browser}|{purpose}")).rstrip(b"=").decode("ascii")

    def of(self, browser: str, run: TrialRun) -> StandIn:
        """Return what the registry knows of them: a hash, and a public key."""
        kept = ClientSecret(hash_secret(self.secret(browser), self.pepper), run.started_at, run.ends_at)
        public = {name: str(value) for name, value in self._key(browser).as_dict(private=False).items()}
        return StandIn(kept, {"keys": [{**public, "kid": _KEY_ID, "alg": "ES256", "use": "sig"}]})

    def assertion(self, browser: str, client_id: ClientId, audience: str, now: datetime) -> str:
        """Return the trial client's assertion of who it is (RFC 7523 3); the audience is the issuer alone."""
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "jti": token_urlsafe(24),
            "iat": int(now.timestamp()),
            "exp": int((now + _ASSERTION_LIFE).timestamp()),
        }
        return jwt.encode({"alg": "ES256", "kid": _KEY_ID}, claims, self._key(browser), algorithms=["ES256"])

    def _key(self, browser: str) -> ECKey:
        number = int.from_bytes(self.key.digest(f"{browser}|key"), "big") % (_ORDER - 1) + 1
        return ECKey.import_key(ec.derive_private_key(number, _CURVE))
