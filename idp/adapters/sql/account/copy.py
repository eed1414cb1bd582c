"""Reads everything that is stored about a person, for the copy they have a right to (Luật 91/2025 Đ4).

Every table that names a person is here, and every column of it is either copied or withheld: a test compares.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import BigInteger, Boolean

from idp.account.data_copy import StoredRow, StoredValue
from idp.adapters.sql.engine.instants import from_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Statement, statement
from idp.adapters.sql.schema import metadata
from idp.kernel.ids import PersonId

_PASSKEY = ("label_sealed", "transports", "backup_eligible", "backed_up", "created_at", "last_used_at")
# What of each table is the person's to have, newest row first.
COPIED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "persons": ("profile_sealed", "created_at"),
        "accounts": (
            "status",
            "locked_for",
            "locked_below",
            "phone_rests_until",
            "proof",
            "proved_at",
            "evidence_kind",
            "evidence_at",
            "evidence_source",
            "two_steps",
            "two_steps_at",
            "erase_at",
            "imported_at",
            "account_kind",
            "locale",
            "created_at",
        ),
        "identifiers": ("sealed", "valid_from", "valid_to"),
        "tech_ids": ("sealed",),
        "joinings": ("asked_at", "due_at", "ended_at", "result"),
        "merges": ("done_by", "at", "undo_until", "undone_at"),
        "subject_aliases": ("sector",),
        "contacts": ("kind", "sealed", "confirmed_at", "last_confirmed_at", "asked_again_at"),
        "passwords": ("short", "failures", "retry_at"),
        "contact_changes": (
            "kind",
            "sealed",
            "replaced_sealed",
            "replaced_confirmed_at",
            "replaced_asked_at",
            "since",
            "pending_until",
            "settled_at",
        ),
        "totp_secrets": ("created_at", "last_used_at", "pending_until"),
        "removed_totp_secrets": ("created_at", "last_used_at", "removed_at"),
        "recovery_codes": ("created_at", "used_at", "pending_until"),
        "removed_recovery_codes": ("created_at", "used_at", "removed_at"),
        "passkeys": (*_PASSKEY, "pending_until"),
        "removed_passkeys": (*_PASSKEY, "removed_at"),
        "upstream_links": ("provider", "subject_sealed", "linked_at", "last_used_at"),
        "removed_upstream_links": ("provider", "subject_sealed", "linked_at", "last_used_at", "removed_at"),
        "factor_tries": ("factor", "failures", "retry_at"),
        "devices": ("browser", "created_at", "last_seen_at", "forgotten_at"),
        "sessions": (
            "browser",
            "address",
            "acr",
            "amr",
            "shared_computer",
            "created_at",
            "auth_time",
            "factor_at",
            "shown",
            "idle_until",
            "expires_at",
            "ended_at",
            "end_reason",
            "mandate_id",
            "acting_chosen_at",
        ),
        "consents": ("client_id", "scope", "text_version", "locale", "given_at"),
        "grants": (
            "client_id",
            "scope",
            "claims",
            "resources",
            "details_sealed",
            "acr",
            "amr",
            "auth_time",
            "offline",
            "created_at",
            "expires_at",
            "revoked_at",
            "revoke_reason",
            "mandate_id",
        ),
        # What a client asked this person by name, of themself or not (CIBA); its text is kept for minutes.
        "device_requests": ("client_id", "created_at", "expires_at", "decided_at", "refused_because"),
        "refresh_families": ("generation", "rotated_at"),
        "proofs": ("verdict", "purpose", "request_id", "at"),
        "receipts": ("register", "purpose", "actor", "verdict", "request_id", "at", "receipt"),
        "register_jobs": ("purpose", "attempts", "started_at", "due_at", "finished_at", "result"),
        "recoveries": ("way", "started_at", "ready_at", "ends_at", "cancelled_at", "finished_at"),
        "approvals": ("browser", "address", "created_at", "expires_at", "answered_at", "approved", "used_at"),
        "notices": ("kind", "details", "at", "read_at"),
        "officers": (
            "agency",
            "post",
            "officer_code",
            "starts_at",
            "ends_at",
            "created_at",
            "withdrawn_at",
            "withdraw_reason",
            "renewed_at",
            "asked_at",
        ),
        "admin_roles": ("role", "agency", "given_at", "starts_at", "ends_at", "revoked_at", "approves_from"),
        "assistances": ("client_id", "at", "ends_at"),
        "alarms": ("expires_at", "used_at"),
        "audit_events": ("name", "at", "address", "port", "client_id", "reason", "details"),
    }
)
_NO_INSTANT = frozenset({"sign_count", "last_step", "version"})
_ORDER = (
    "at",
    "asked_at",
    "linked_at",
    "since",
    "created_at",
    "started_at",
    "given_at",
    "valid_from",
    "confirmed_at",
    "rotated_at",
    "expires_at",
)


def _select(table: str, names: Sequence[str]) -> Statement:
    order = next((name for name in _ORDER if name in names), names[0])
    return statement(f"SELECT {', '.join(names)} FROM {table} WHERE person_id = :person_id ORDER BY {order} DESC")  # noqa: S608


_SELECTS: Mapping[str, Statement] = {table: _select(table, names) for table, names in COPIED.items()}


class SqlOwnCopy:
    """Implements `idp.account.data_copy.OwnCopyReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def everything_of(self, person_id: PersonId) -> Mapping[str, Sequence[StoredRow]]:
        """Return the rows of each table that names the person. One round trip for each table: a rare request."""
        found: dict[str, Sequence[StoredRow]] = {}
        for table, select in _SELECTS.items():
            rows = await self._engine.read(select, {"person_id": person_id})
            found[table] = [_named(table, row) for row in rows]
        return found


def _named(table: str, row: Sequence[object]) -> StoredRow:
    return {name: _value(table, name, value) for name, value in zip(COPIED[table], row, strict=True)}


def _value(table: str, name: str, value: object) -> StoredValue:
    kind = metadata.tables[table].columns[name].type
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(kind, Boolean):
        return bool(value)
    if isinstance(kind, BigInteger) and name not in _NO_INSTANT:
        return from_micros(int(str(value)))
    return value if isinstance(value, int) else str(value)
