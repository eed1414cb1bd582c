"""Pairwise identifiers: what one sector knows a person by (OIDC Core 8.1)."""

import hmac
from base64 import urlsafe_b64encode
from uuid import UUID

from msgspec import Struct

from clients.model import Client
from idp.kernel.ids import OrganisationId, PersonId, SessionId
from records.structs import Unprinted


class SubjectKey(Unprinted, Struct, frozen=True):
    """Makes subjects and session ids that cannot be joined between sectors. The key never changes."""

    key: bytes

    def subject(self, person_id: PersonId, client: Client) -> str:
        """Return `sub` of a person for a client; it belongs to the person and survives number and account."""
        return self._mac(f"sub|{subject_space(client)}|{person_id}")

    def organisation(self, organisation_id: OrganisationId, client: Client) -> str:
        """Return what a client knows an organisation by: pairwise like a person's, and never anybody's `sub`."""
        return self._mac(f"org|{subject_space(client)}|{organisation_id}")

    def session(self, session_id: SessionId, client: Client) -> str:
        """Return `sid` of a session for a client: unlike for any other client (Back-Channel Logout 2.1)."""
        return self._mac(f"sid|{client.client_id}|{session_id}")

    def browser_state(self, session_id: SessionId) -> str:
        """Return what a script of ours in the browser tells one session from another by; it proves and opens nothing.

        Session Management 3.2: no client sees it, only hashes of it with a salt.
        """
        return self._mac(f"browser|{session_id}")

    def tech_id(self, person_id: PersonId) -> str:
        """Return the identifier that is the same for every client: TechID, as a UUID (RFC 9562 5.4).

        It joins what pairwise subjects keep apart, so it leaves only for clients that are allowed it by exception.
        """
        digest = hmac.digest(self.key, f"tech_id|{person_id}".encode(), "sha256")
        return str(UUID(bytes=digest[:16], version=4))

    def _mac(self, text: str) -> str:
        return urlsafe_b64encode(hmac.digest(self.key, text.encode(), "sha256")).rstrip(b"=").decode("ascii")


def subject_space(client: Client) -> str:
    """Return the name of those who know a person by the same subject as this client does."""
    return "public" if client.subject_type == "public" else f"sector:{sector_of(client)}"


def sector_of(client: Client) -> str:
    """Return the sector identifier: owned by the registry, so that it survives a change of host (vietnam.md 2.5)."""
    return client.sector_identifier or client.client_id
