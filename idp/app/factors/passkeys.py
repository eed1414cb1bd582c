"""Passkeys: showing them, signing in with them, one's own."""

from msgspec import Struct

from idp.adapters.webauthn.ceremonies import WebauthnCeremonies
from idp.app.foundation.opening import Foundation
from idp.factors.passkey.challenges import PasskeyChallenges
from idp.factors.passkey.model import PasskeySite
from idp.factors.passkey.own_passkeys import OwnPasskeys
from idp.factors.passkey.service import Passkeys
from idp.protocol.provider import Provider
from idp.sessions.browser_sessions import BrowserSessions
from idp.sign_in.devices import KnownDevices
from idp.sign_in.passkey import PasskeySignIn


class PasskeyUse(Struct, frozen=True):
    """Asking for a passkey, signing in with one, changing one's own."""

    passkeys: Passkeys
    sign_in: PasskeySignIn
    own: OwnPasskeys


def compose_shown_passkeys(foundation: Foundation, provider: Provider, site_name: str) -> Passkeys:
    """Return what asks for passkeys and judges the answers; `site_name` is what devices call us."""
    database, site = foundation.database, PasskeySite.of_issuer(provider.issuer, site_name)
    return Passkeys(
        database.passkeys,
        WebauthnCeremonies(site),
        PasskeyChallenges(provider.sealer),
        database.ledger,
        foundation.clock,
    )


def compose_passkeys(foundation: Foundation, provider: Provider, shown: Passkeys, devices: KnownDevices) -> PasskeyUse:
    """Return everything that the pages with passkeys call."""
    ledger, clock = foundation.database.ledger, foundation.clock
    sessions = BrowserSessions(ledger, provider.token_hash)
    return PasskeyUse(
        passkeys=shown,
        sign_in=PasskeySignIn(shown, devices, sessions, clock),
        own=OwnPasskeys(
            shown.reader,
            shown.ceremonies,
            shown.challenges,
            ledger,
            provider.sealer,
            devices.notices,
            clock,
            foundation.settings.change_wait,
        ),
    )
