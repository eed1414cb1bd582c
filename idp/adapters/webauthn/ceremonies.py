"""`WebauthnCeremonies`: options for browsers and the checks of their answers, all by the `webauthn` package."""

import binascii
from collections.abc import Callable, Collection
from typing import TypeVar

from msgspec import Struct
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from idp.adapters.webauthn.answers import ClientData, CreatedAnswer, ShownAnswer, check_id, read_json
from idp.factors.passkey.errors import PasskeyRefusedError
from idp.factors.passkey.model import CreatedKey, KeyOwner, PasskeySite, PresentedKey, ShownKey

# WebAuthn Level 3, 5.4: ES256 and RS256 reach every authenticator, EdDSA is the newest of the three.
_ALGORITHMS = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
# Five minutes (WebAuthn Level 3, 15.1): somebody may have to fetch the phone.
_TIMEOUT_MS = 300_000
_T = TypeVar("_T")


class WebauthnCeremonies(Struct, frozen=True):
    """Implements `idp.factors.passkey.ports.PasskeyCeremonies` for one site."""

    site: PasskeySite

    def creation_options(self, owner: KeyOwner, challenge: bytes, known: Collection[bytes]) -> str:
        """Return options for a discoverable, user-verified key; authenticators that hold a `known` one refuse.

        No attestation is asked for: who made the device is not our business (WebAuthn Level 3, 14.4.1).
        """
        options = generate_registration_options(
            rp_id=self.site.id,
            rp_name=self.site.name,
            user_id=owner.handle,
            user_name=owner.name,
            user_display_name=owner.display_name,
            challenge=challenge,
            timeout=_TIMEOUT_MS,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(known),
            supported_pub_key_algs=_ALGORITHMS,
        )
        return options_to_json(options)

    def request_options(self, challenge: bytes, allowed: Collection[bytes]) -> str:
        """Return options for showing one of the `allowed` credentials, or any of the site when there are none."""
        options = generate_authentication_options(
            rp_id=self.site.id,
            challenge=challenge,
            timeout=_TIMEOUT_MS,
            allow_credentials=_descriptors(allowed),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def read_created(self, answer: str, challenge: bytes) -> CreatedKey:
        """Return the new credential of a registration answer (WebAuthn Level 3, 7.1)."""
        read = read_json(answer, CreatedAnswer)
        check_id(read)
        self._check_page(read.response.client_data)
        verified = _checked(
            lambda: verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.site.id,
                expected_origin=self.site.origin,
                require_user_verification=True,
                supported_pub_key_algs=_ALGORITHMS,
            )
        )
        if verified.credential_id != _decoded(read.id):
            raise PasskeyRefusedError("malformed")
        return CreatedKey(
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            backup_eligible=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
            backed_up=verified.credential_backed_up,
            transports=read.response.known_transports,
        )

    def read_presented(self, answer: str) -> PresentedKey:
        """Return which credential an authentication answer names."""
        read = read_json(answer, ShownAnswer)
        check_id(read)
        handle = read.response.user_handle
        return PresentedKey(_decoded(read.id), _decoded(handle) if handle else None)

    def read_shown(self, answer: str, challenge: bytes, public_key: bytes) -> ShownKey:
        """Return an authentication answer that `public_key` verifies (WebAuthn Level 3, 7.2)."""
        self._check_page(read_json(answer, ShownAnswer).response.client_data)
        verified = _checked(
            lambda: verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.site.id,
                expected_origin=self.site.origin,
                credential_public_key=public_key,
                # The counter is compared by the use case, which records a regression under its own name.
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        )
        return ShownKey(
            sign_count=verified.new_sign_count,
            backup_eligible=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
            backed_up=verified.credential_backed_up,
        )

    def _check_page(self, client_data: str) -> None:
        """Refuse an answer given on another site's page or inside one (WebAuthn Level 3, 7.1, 7.2).

        The library compares origins too; here a look-alike site gets its own word in the audit log.
        """
        read = read_json(_decoded(client_data), ClientData)
        if read.origin != self.site.origin:
            raise PasskeyRefusedError("origin")
        if read.cross_origin or read.top_origin is not None:
            raise PasskeyRefusedError("framed")


def _descriptors(credential_ids: Collection[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=credential_id) for credential_id in credential_ids]


def _decoded(text: str) -> bytes:
    try:
        return base64url_to_bytes(text)
    except (binascii.Error, ValueError) as error:
        raise PasskeyRefusedError("malformed") from error


def _checked(verify: Callable[[], _T]) -> _T:
    """Run one of the library's checks: it lets errors of its parsers through, so every one means refused."""
    try:
        return verify()
    except Exception as error:
        raise PasskeyRefusedError("not_verified") from error
