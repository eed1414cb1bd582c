"""Passkeys: showing them, signing in with them, one's own."""

from idp.adapters.webauthn.ceremonies import WebauthnCeremonies
from idp.app.foundation import Foundation
from idp.authentication.methods.passkey.model import PasskeySite
from idp.protocol.house import House
from idp.selfservice.browser_sessions import BrowserSessions
from idp.selfservice.devices import KnownDevices
from idp.selfservice.own_passkeys import OwnPasskeys
from idp.selfservice.passkey_challenges import PasskeyChallenges
from idp.selfservice.passkey_sign_in import PasskeySignIn
from idp.selfservice.passkeys import Passkeys
from idp.web.passkey_parts import PasskeyParts


def compose_shown_passkeys(foundation: Foundation, house: House, site_name: str) -> Passkeys:
    """Return what asks for passkeys and judges the answers; `site_name` is what devices call us."""
    database, site = foundation.database, PasskeySite.of_issuer(house.issuer, site_name)
    return Passkeys(
        database.passkeys,
        WebauthnCeremonies(site),
        PasskeyChallenges(house.sealer),
        database.ledger,
        foundation.clock,
    )


def compose_passkeys(foundation: Foundation, house: House, shown: Passkeys, devices: KnownDevices) -> PasskeyParts:
    """Return everything that the pages with passkeys call."""
    ledger, clock = foundation.database.ledger, foundation.clock
    sessions = BrowserSessions(ledger, house.token_hash)
    return PasskeyParts(
        passkeys=shown,
        sign_in=PasskeySignIn(shown, devices, sessions, clock),
        own=OwnPasskeys(
            shown.reader,
            shown.ceremonies,
            shown.challenges,
            ledger,
            house.sealer,
            devices.notices,
            clock,
            foundation.settings.change_wait,
        ),
    )
