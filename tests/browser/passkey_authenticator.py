"""Chromium's virtual authenticator: a phone with a fingerprint reader inside the browser under test."""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import CDPSession

from tests.support.browser import Visitor

Credential = Mapping[str, object]

# What browsers without the autofill of passkeys say (WebAuthn Level 3, 5.1). The virtual authenticator answers an
# autofill request at once, so that a test of the button would never come to press it.
WITHOUT_AUTOFILL = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
_PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True, slots=True)
class Authenticator:
    """One virtual authenticator of one visitor's page."""

    devtools: CDPSession
    id: str

    @property
    def credentials(self) -> list[Credential]:
        """The passkeys it keeps."""
        found: list[Credential] = self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.id})[
            "credentials"
        ]
        return found

    def keep(self, credential: Credential) -> None:
        """Put in a passkey that another authenticator made."""
        self.devtools.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": dict(credential)})

    def verify(self, *, recognised: bool) -> None:
        """Say whether the fingerprint is the owner's."""
        self.devtools.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": recognised})


def give_authenticator(visitor: Visitor, *, autofill: bool = False) -> Authenticator:
    """Give a visitor's page an authenticator that keeps passkeys and verifies its owner."""
    if not autofill:
        visitor.page.add_init_script(WITHOUT_AUTOFILL)
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable", {"enableUI": False})
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _PHONE})
    return Authenticator(devtools, str(added["authenticatorId"]))
