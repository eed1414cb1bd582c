"""A strict device (RFC 8628): asks for its codes, shows them, polls, and believes nothing it has not checked."""

from re import fullmatch

import httpx2
from msgspec import Struct

from tests.support.parties.relying_party import RelyingParty, Tokens

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
_MEMBERS = {"device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval"}


class ShownCodes(Struct, frozen=True):
    """What a device holds, and what it shows."""

    device_code: str
    user_code: str
    address: str
    complete: str


class Device(Struct, frozen=True):
    """A device of one client."""

    party: RelyingParty

    def ask(self, **fields: str) -> httpx2.Response:
        """Send a device authorization request."""
        return self.party.post("/device_authorization", **{"scope": self.party.scope, **fields})

    def begin(self, **fields: str) -> ShownCodes:
        """Ask for codes, and check the answer (RFC 8628 3.2)."""
        answer = self.ask(**fields)
        assert answer.status_code == 200, answer.text
        assert "no-store" in answer.headers["cache-control"]
        body = answer.json()
        assert body.keys() == _MEMBERS
        assert len(body["device_code"]) >= 22, "a device code has at least 128 bits"
        assert fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", body["user_code"])
        assert body["verification_uri"] == f"{self.party.issuer}/device"
        assert body["verification_uri_complete"] == f"{body['verification_uri']}/{body['user_code']}"
        assert (body["expires_in"], body["interval"]) == (600, 5)
        path = "/device"
        return ShownCodes(body["device_code"], body["user_code"], path, f"{path}/{body['user_code']}")

    def poll(self, codes: ShownCodes) -> httpx2.Response:
        """Ask whether somebody has decided (RFC 8628 3.4)."""
        return self.party.token(grant_type=DEVICE_CODE, device_code=codes.device_code)

    def error(self, codes: ShownCodes) -> str:
        """Return the error of a poll (RFC 8628 3.5)."""
        answer = self.poll(codes)
        assert answer.status_code == 400, answer.text
        assert "no-store" in answer.headers["cache-control"]
        return str(answer.json()["error"])

    def finish(self, codes: ShownCodes) -> Tokens:
        """Return the tokens, each checked."""
        tokens = self.party.validated(self.poll(codes), nonce=None)
        claims = self.party.userinfo(tokens.access_token)
        assert claims.status_code == 200
        assert claims.json()["sub"] == tokens.claims["sub"]
        return tokens
