"""What script does on our pages with passkeys, done by hand: the options out of the page, the answer into the form."""

from datetime import UTC, datetime
from html import unescape
from re import search

from idp.adapters.sql.database import Database
from idp.adapters.webauthn.ceremonies import WebauthnCeremonies
from idp.factors.passkey.credentials import LABEL_PLACE, AddPasskey, Passkey
from idp.factors.passkey.model import KeyOwner, PasskeySite
from idp.kernel.secrets import Sealer
from records.structs import replace
from tests.support.page import Page
from tests.support.passkey_device import PasskeyDevice
from tests.support.plain.browser import Browser, Landing

_CHALLENGE = b"challenge of a test that keeps the key itself"


def device_for(issuer: str, *, synced: bool = True, counts: bool = False) -> PasskeyDevice:
    """Return a device that knows the provider's site."""
    site = PasskeySite.of_issuer(issuer, "")
    return PasskeyDevice(site.origin, site.id, synced=synced, counts=counts)


def options_of(page: Page) -> str:
    """Return the options that a page carries for script."""
    found = search(r'data-options="([^"]*)"', page.html)
    assert found is not None, f"{page.address} asks for no passkey"
    return unescape(found[1])


def form_action(page: Page) -> str:
    """Return where the passkey's button sends the form."""
    found = search(r'id="passkey"[^>]*formaction="([^"]*)"', page.html)
    return unescape(found[1]) if found else page.action


def show_passkey(browser: Browser, page: Page, device: PasskeyDevice, **changes: object) -> Page | Landing:
    """Answer a page's challenge as the script does."""
    return send_credential(browser, page, device.show(options_of(page), **changes))


def send_credential(browser: Browser, page: Page, credential: str) -> Page | Landing:
    """Send an answer with the page's form."""
    return browser.submit(replace(page, action=form_action(page)), "passkey", credential=credential)


async def keep_passkey(database: Database, sealer: Sealer, number_index: bytes, device: PasskeyDevice) -> Passkey:
    """Give the account of a personal number the device's passkey, as its page would have."""
    record = await database.accounts.for_sign_in(number_index)
    assert record is not None
    account, ceremonies = record.account, WebauthnCeremonies(PasskeySite(device.rp_id, device.origin, "test"))
    options = ceremonies.creation_options(KeyOwner(account.id.encode(), "name", "name"), _CHALLENGE, [])
    created = ceremonies.read_created(device.create(options), _CHALLENGE)
    passkey = Passkey(
        person_id=account.person_id,
        account_id=account.id,
        credential_id=created.credential_id,
        public_key=created.public_key,
        sign_count=created.sign_count,
        transports=created.transports,
        backup_eligible=created.backup_eligible,
        backed_up=created.backed_up,
        label_sealed=sealer.seal("khóa thử".encode(), LABEL_PLACE.of(account.person_id)),
        created_at=datetime.now(UTC),
    )
    assert await database.ledger.commit(AddPasskey(passkey=passkey))
    return passkey
