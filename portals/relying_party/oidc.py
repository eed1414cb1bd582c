"""The portal as a client of the provider: Authlib speaks the protocol, our own checks decide what to believe."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import httpx2
from authlib.integrations.starlette_client import OAuth, OAuthError
from joserfc.jwk import ECKey

from portals.relying_party.acting import check_same_principal, principal_of
from portals.relying_party.client_key import assertion_authentication
from portals.relying_party.config import BUSINESS_POWER, Portal
from portals.relying_party.errors import ProviderError, SignInError, TokenRefusedError
from portals.relying_party.provider_keys import ProviderKeys
from portals.relying_party.sessions import PendingSignIn, Purpose, SignedIn
from portals.relying_party.tokens import Claims, Expectation, check_id_token, read_signed

# A page waits for these requests: better a clear error than a person who waits.
PROVIDER_DEADLINE = timedelta(seconds=5)
# What an ID token says about the sign-in rather than about the person (OIDC Core 2).
PROTOCOL_CLAIMS = frozenset(
    {"iss", "sub", "aud", "azp", "exp", "iat", "jti", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"}
)


class RelyingParty:
    """One portal's conversation with the provider; every method raises SignInError and nothing else."""

    def __init__(self, portal: Portal, key: ECKey | None, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """Take the portal's private key if it authenticates by one; `transport` replaces the network in tests."""
        self._portal = portal
        self._app = OAuth().register(
            name=portal.client_id,
            client_id=portal.client_id,
            client_secret=portal.client_secret,
            server_metadata_url=f"{portal.issuer}/.well-known/openid-configuration",
            client_auth_methods=[assertion_authentication(portal, key)] if key else None,
            client_kwargs={
                "scope": portal.scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": portal.auth_method,
                "timeout": PROVIDER_DEADLINE.total_seconds(),
                # The way to the provider is configuration, not whatever proxy the shell names.
                "trust_env": False,
                "transport": transport,
            },
        )
        self.keys = ProviderKeys(self._fetch_keys, portal.id_token_algorithm)

    async def begin(
        self, purpose: Purpose, request_parameters: Mapping[str, str], max_age: timedelta | None, now: datetime
    ) -> tuple[str, PendingSignIn]:
        """Return the address to send the browser to, and what to remember until it comes back.

        `wishes` are further authorization request parameters (OIDC Core 3.1.2.1); PKCE, nonce and state are always new.
        """
        parameters = dict(request_parameters)
        if max_age is not None:
            parameters["max_age"] = str(int(max_age.total_seconds()))
        async with _translated_errors():
            await self._metadata()
            request = await self._app.create_authorization_url(self._portal.redirect_uri, **parameters)
        return request["url"], PendingSignIn(
            state=request["state"],
            nonce=request["nonce"],
            code_verifier=request["code_verifier"],
            purpose=purpose,
            max_age=max_age,
            started_at=now,
        )

    async def finish(self, pending: PendingSignIn, answer: Mapping[str, str], now: datetime) -> SignedIn:
        """Turn the authorization response into a validated sign-in.

        The issuer is checked first, also of errors: a mix-up begins with an answer from elsewhere (RFC 9207 2.4).
        """
        if answer.get("iss") != self._portal.issuer:
            raise SignInError("issuer_mismatch")
        if "error" in answer:
            raise ProviderError(answer["error"])
        if not answer.get("code"):
            raise SignInError("invalid_response")
        async with _translated_errors():
            tokens: Mapping[str, object] = await self._app.fetch_access_token(
                redirect_uri=self._portal.redirect_uri, code=answer["code"], code_verifier=pending.code_verifier
            )
            expected = self._expectation(pending.nonce, _text(tokens, "access_token"), max_age=pending.max_age)
            id_token, claims = await self._believe(tokens, expected, now)
            _check_business(pending.purpose, claims)
            userinfo = await self._userinfo(expected.access_token, claims["sub"])
            check_same_principal(claims, userinfo)
            return SignedIn(
                purpose=pending.purpose,
                nonce=pending.nonce,
                id_token=id_token,
                id_claims=self._kept(claims, pending.purpose),
                userinfo=self._kept(userinfo, pending.purpose),
                access_token=expected.access_token,
                access_expires_at=now + _lifetime(tokens),
                refresh_token=_optional_text(tokens, "refresh_token"),
            )

    async def refresh(self, signed_in: SignedIn, now: datetime) -> SignedIn:
        """Use the refresh token once and return the sign-in with its successor (RFC 9700 4.14.2)."""
        async with _translated_errors():
            tokens: Mapping[str, object] = await self._app.fetch_access_token(
                grant_type="refresh_token", refresh_token=signed_in.refresh_token
            )
            access_token = _text(tokens, "access_token")
            userinfo = await self._userinfo(access_token, signed_in.subject)
            check_same_principal(signed_in.id_claims, userinfo)
            renewed = replace(
                signed_in,
                access_token=access_token,
                access_expires_at=now + _lifetime(tokens),
                refresh_token=_optional_text(tokens, "refresh_token") or signed_in.refresh_token,
                userinfo=self._kept(userinfo, signed_in.purpose),
            )
            # OIDC Core 12.2: a new ID token is optional, and must speak of the same person.
            if "id_token" not in tokens:
                return renewed
            expected = self._expectation(signed_in.nonce, access_token, subject=signed_in.subject)
            id_token, claims = await self._believe(tokens, expected, now)
            check_same_principal(signed_in.id_claims, claims)
            return replace(renewed, id_token=id_token, id_claims=self._kept(claims, signed_in.purpose))

    async def logout_url(self, signed_in: SignedIn, state: str, locale: str) -> str:
        """Return the provider's logout address for this sign-in (OpenID RP-Initiated Logout 1.0 2)."""
        async with _translated_errors():
            await self._metadata()
            request = await self._app.create_logout_url(
                post_logout_redirect_uri=self._portal.post_logout_redirect_uri,
                id_token_hint=signed_in.id_token,
                state=state,
                client_id=self._portal.client_id,
                ui_locales=locale,
            )
        url: str = request["url"]
        return url

    def _expectation(
        self, nonce: str, access_token: str, *, max_age: timedelta | None = None, subject: str | None = None
    ) -> Expectation:
        return Expectation(
            issuer=self._portal.issuer,
            client_id=self._portal.client_id,
            skew=self._portal.clock_skew,
            nonce=nonce,
            access_token=access_token,
            max_age=max_age,
            subject=subject,
        )

    async def _believe(self, tokens: Mapping[str, object], expected: Expectation, now: datetime) -> tuple[str, Claims]:
        id_token = _text(tokens, "id_token")
        algorithm = self._portal.id_token_algorithm
        claims = await read_signed(id_token, self.keys, algorithm=algorithm, types=("", "jwt"), now=now)
        check_id_token(claims, expected, now)
        return id_token, claims

    async def _userinfo(self, access_token: str, subject: object) -> Claims:
        """Fetch the claims; OIDC Core 5.3.2: they count only if they are about the person of the ID token."""
        endpoint = (await self._metadata())["userinfo_endpoint"]
        response = await self._app.get(endpoint, token={"access_token": access_token, "token_type": "Bearer"})
        response.raise_for_status()
        claims = response.json()
        if not isinstance(claims, dict) or claims.get("sub") != subject:
            raise TokenRefusedError("userinfo is about another person")
        return claims

    def _kept(self, claims: Claims, purpose: Purpose) -> Claims:
        """Return what the portal keeps: one that promises a pseudonym forgets a name that arrives unasked."""
        if not self._portal.pseudonymous or purpose == "share-name":
            return claims
        return {name: value for name, value in claims.items() if name in PROTOCOL_CLAIMS}

    async def _metadata(self) -> Mapping[str, object]:
        metadata: Mapping[str, object] = await self._app.load_server_metadata()
        if metadata.get("issuer") != self._portal.issuer:
            # OpenID Connect Discovery 4.3.
            raise SignInError("issuer_mismatch", "discovery names another issuer")
        return metadata

    async def _fetch_keys(self) -> Mapping[str, object]:
        async with _translated_errors():
            document = await self._app.fetch_jwk_set(force=True)
        if not isinstance(document, dict):
            raise TokenRefusedError("the provider's key set is not one")
        return document


@asynccontextmanager
async def _translated_errors() -> AsyncIterator[None]:
    """Turn what libraries raise into our errors. Their messages may quote requests, so only their kind is kept."""
    try:
        yield
    except OAuthError as error:
        raise ProviderError(error.error) from error
    except httpx2.HTTPError as error:
        raise ProviderError("provider_unreachable", type(error).__name__) from error
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        raise ProviderError("provider_answer_garbled", type(error).__name__) from error


def _check_business(purpose: Purpose, claims: Claims) -> None:
    """Look whether the answer is what was asked for: the request went through the person's address line."""
    if purpose != "business":
        return
    principal = principal_of(claims)
    if principal is None or principal.type != "organisation" or not principal.allows(BUSINESS_POWER):
        raise SignInError("organisation_required")


def _text(tokens: Mapping[str, object], name: str) -> str:
    value = tokens[name]
    if not isinstance(value, str) or not value:
        raise TypeError(name)
    return value


def _optional_text(tokens: Mapping[str, object], name: str) -> str | None:
    return _text(tokens, name) if name in tokens else None


def _lifetime(tokens: Mapping[str, object]) -> timedelta:
    """RFC 6749 5.1: `expires_in` is recommended; without it the token is taken as already used up."""
    seconds = tokens.get("expires_in", 0)
    if not isinstance(seconds, int):
        raise TypeError("expires_in")
    return timedelta(seconds=seconds)
