"""The public transparency log with the provider's keys."""

from base64 import urlsafe_b64decode
from datetime import datetime

import orjson

from idp.app.audit import compose_audit_seal
from idp.app.foundation.opening import Foundation
from idp.kernel.key_purposes import KeyPurpose
from idp.transparency.model import CHECKPOINT_TYPE, HeadSeal, SignedHead, TreeHead, read_head
from idp.transparency.publishing import Publisher
from idp.transparency.reading import LogReader
from keys.errors import TokenInvalidError
from keys.key_set import KeySet
from keys.model import Algorithm
from keys.signer import Signer
from keys.verifier import Verifier

_ALGORITHM: Algorithm = "ES256"


class ProviderHeadSeal(HeadSeal):
    """Implements `idp.transparency.model.HeadSeal`."""

    def __init__(self, keys: KeySet, verifier: Verifier, issuer: str, now: datetime) -> None:
        self._signer = Signer(keys)
        self._active = keys.active(_ALGORITHM, now).record.kid
        self._verifier = verifier
        self._issuer = issuer

    @property
    def kid(self) -> str:
        """Return which key signs now."""
        return self._active

    def sign(self, head: TreeHead) -> str:
        """Return the compact JWS of a head (RFC 7515 7.1)."""
        return self._signer.sign(head.claims(self._issuer), algorithm=_ALGORITHM, typ=CHECKPOINT_TYPE, now=head.at)

    def read(self, signed: str) -> SignedHead | None:
        """Return the head of a text; a key that left the key set still says what it said."""
        return read_signed_head(self._verifier, signed)


def read_signed_head(verifier: Verifier, signed: str) -> SignedHead | None:
    """Return the head of a text; None if no key of the verifier signed it as one, or one that was withdrawn."""
    try:
        token = verifier.verify_hint(signed, algorithms=(_ALGORITHM,))
    except TokenInvalidError:
        return None
    # The type keeps receipts, tokens and checkpoints of the audit log from passing as heads (RFC 8725 3.11).
    if token.header.get("typ") != CHECKPOINT_TYPE or verifier.is_withdrawn(token.kid):
        return None
    return read_head(token.claims, token.kid)


def read_head_of_unknown_key(verifier: Verifier, signed: str) -> SignedHead | None:
    """Return what a text says that a key signed which the verifier does not have; None for anything else.

    For what somebody kept and vouches for: keys leave the key set, and what they signed cannot be verified any more.
    """
    try:
        verifier.verify_hint(signed, algorithms=(_ALGORITHM,))
    except TokenInvalidError as error:
        if error.reason != "unknown_key":
            return None
    else:
        return None
    try:
        header, claims = (orjson.loads(urlsafe_b64decode(part + "==")) for part in signed.split(".")[:2])
    except ValueError:
        return None
    if not isinstance(claims, dict) or header.get("typ") != CHECKPOINT_TYPE:
        return None
    return read_head(claims, str(header.get("kid", "")))


def compose_reader(foundation: Foundation) -> LogReader:
    """Return what answers about the log."""
    return LogReader(foundation.database.transparency)


async def compose_publisher(foundation: Foundation, now: datetime) -> Publisher:
    """Return the publisher, its keys as they are now."""
    database, keys = foundation.database, foundation.keys
    head_seal = ProviderHeadSeal(
        await keys.current(now), await keys.lasting_verifier(), foundation.settings.issuer, now
    )
    return Publisher(
        database.checkpoints,
        await compose_audit_seal(foundation),
        database.published_events,
        database.transparency,
        head_seal,
        foundation.root_key.hash_key(KeyPurpose.TRANSPARENCY_ENTRIES),
    )
