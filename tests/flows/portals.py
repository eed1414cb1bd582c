"""The clients of the flow tests, as a client file names them and as their relying parties act."""

from datetime import UTC, date, datetime, timedelta

import httpx2
import orjson
from msgspec import Struct

from clients.model import ClientId
from records.structs import replace
from tests.support.parties.client_credentials import (
    BasicSecret,
    Credentials,
    NoSecret,
    PostSecret,
    SignedAssertion,
    new_key,
    public_set,
)
from tests.support.parties.relying_party import RelyingParty
from tests.support.running.listener import Listener, Reply
from tests.support.running.provider import Provider

SCOPE = "openid profile phone offline_access"
RESOURCE = "https://ho-so.example/api"
# The agency of the officers of the tests (tests.flows.officer_people): one client is its own.
ADMINISTERED = "H55"
CALLBACK = "http://127.0.0.1:9/callback"
GOODBYE = "http://127.0.0.1:9/goodbye?from=idp"


class Portal(Struct, frozen=True):
    """One client: its entry in the file and its own side."""

    entry: dict[str, object]
    credentials: Credentials
    algorithm: str = "ES256"

    @property
    def callback(self) -> str:
        """Return where the client's answers go: its first address."""
        addresses = self.entry["redirect_uris"]
        assert isinstance(addresses, list)
        return str(addresses[0])

    def party(self, http: httpx2.Client, provider: Provider) -> RelyingParty:
        """Return the relying party at the provider's first process."""
        return RelyingParty(
            http=http,
            issuer=provider.issuer,
            base=provider.base(),
            client_id=ClientId(str(self.entry["client_id"])),
            redirect_uri=self.callback,
            credentials=self.credentials,
            algorithm=self.algorithm,
            post_logout_redirect_uri=GOODBYE,
            acts=self.entry.get("acting", "self") != "self" or bool(self.entry.get("assisted_filing")),
        )


def secret_of(client_id: ClientId) -> str:
    """Return a client's literal secret."""
    return f"{client_id}-secret-of-the-tests"


def portal(client_id: ClientId, listener: Listener, **members: object) -> Portal:
    """Return a State portal with `client_secret_basic`; `members` change its entry."""
    entry: dict[str, object] = {
        "client_id": client_id,
        "client_name": f"Cổng {client_id}",
        "client_name#en": f"Portal {client_id}",
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [GOODBYE],
        "backchannel_logout_uri": f"{listener.url}/logout/{client_id}",
        "token_endpoint_auth_method": "client_secret_basic",
        "client_secret": secret_of(client_id),
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": SCOPE,
        # Flows compare the time of the sign-in. Without this: tests/unit/protocol/tokens/test_tokens.py.
        "require_auth_time": True,
        "id_token_signed_response_alg": "ES256",
        "sector_identifier_uri": f"https://{client_id}.example/sector.json",
        "sector": "state",
        **members,
    }
    return Portal(entry, BasicSecret(secret_of(client_id)))


def _without_secret(one: Portal, method: str, credentials: Credentials, **members: object) -> Portal:
    entry = {name: value for name, value in one.entry.items() if name != "client_secret"}
    return replace(one, entry={**entry, "token_endpoint_auth_method": method, **members}, credentials=credentials)


def old_portal(client_id: ClientId, listener: Listener, until: date, **members: object) -> Portal:
    """Return a State portal that was written against today's sign-on."""
    one = portal(
        client_id,
        listener,
        token_endpoint_auth_method="client_secret_post",
        **{
            "scope": "openid profile phone national_id tech_id",
            "governed_claims": ["national_id", "tech_id"],
            "legacy_dialect_until": until.isoformat(),
            **members,
        },
    )
    return replace(one, credentials=PostSecret(secret_of(client_id)))


def make_portals(listener: Listener) -> dict[str, Portal]:
    """Return all portals by client id; the one with `jwks_uri` publishes its keys at the listener."""
    # A last day ends in Vietnam seven hours before it does in UTC.
    soon = datetime.now(UTC).date() + timedelta(days=2)
    bank_key, keyed_key = new_key("bank-1"), new_key("keyed-1")
    listener.answer("/jwks/keyed", Reply(body=orjson.dumps(public_set(keyed_key))))
    post = portal(ClientId("so-tu-phap"), listener, token_endpoint_auth_method="client_secret_post")
    bank = portal(
        ClientId("ngan-hang"), listener, sector="other", id_token_signed_response_alg="RS256", scope="openid profile"
    )
    keyed = portal(ClientId("keyed"), listener)
    api = portal(ClientId("ho-so-api"), listener, resource=RESOURCE)
    portals = [
        portal(ClientId("quoc-gia"), listener, resource=RESOURCE),
        # One sector with the national portal: the same person has the same subject there.
        portal(ClientId("quoc-gia-hai"), listener, sector_identifier_uri="https://quoc-gia.example/sector.json"),
        replace(post, credentials=PostSecret(secret_of(ClientId("so-tu-phap")))),
        replace(
            _without_secret(bank, "private_key_jwt", SignedAssertion(bank_key), jwks=public_set(bank_key)),
            algorithm="RS256",
        ),
        _without_secret(keyed, "private_key_jwt", SignedAssertion(keyed_key), jwks_uri=f"{listener.url}/jwks/keyed"),
        _without_secret(portal(ClientId("ung-dung"), listener), "none", NoSecret()),
        # Portals that deal with people who act for others.
        portal(ClientId("thay-mat"), listener, acting="optional"),
        portal(ClientId("chi-to-chuc"), listener, acting="required", acting_powers=["sign"]),
        portal(ClientId("muc-ba"), listener, minimum_acr="loa3"),
        replace(api, entry={**api.entry, "grant_types": ["client_credentials"], "redirect_uris": []}),
        portal(ClientId("sap-ngung"), listener),
        portal(ClientId("ghi-nho"), listener, default_max_age=3600),
        # Only the tests that count sign in here, each at its own.
        *(portal(ClientId(client_id), listener) for client_id in ("dem-xong", "dem-thoi", "dem-sai")),
        old_portal(ClientId("cong-cu"), listener, soon),
        # The least that a portal of the State may register, and one whose time is over.
        old_portal(ClientId("cong-hep"), listener, soon, scope="openid profile", governed_claims=[]),
        old_portal(ClientId("cong-het-han"), listener, date(2026, 6, 30)),
        old_portal(ClientId("cong-cu-to-chuc"), listener, soon, acting="optional"),
        # What administrators use the administration API with, and one that takes citizens too.
        portal(
            ClientId("quan-tri"),
            listener,
            account_kinds=["officer", "citizen"],
            scope="openid offline_access admin:read admin:write",
            governed_claims=["admin:read", "admin:write"],
            agency=ADMINISTERED,
        ),
        # A one-stop counter's system: officers sign in, and file for citizens.
        portal(
            ClientId("mot-cua"),
            listener,
            account_kinds=["officer"],
            assisted_filing=True,
            scope=f"{SCOPE} officer",
            minimum_acr="loa3",
        ),
        # One of another agency than that of the officers of the tests.
        portal(ClientId("mot-cua-khac"), listener, account_kinds=["officer"], assisted_filing=True, agency="G15"),
    ]
    return {str(one.entry["client_id"]): one for one in portals}
