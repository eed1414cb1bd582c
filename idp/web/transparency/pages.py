"""The page of the public transparency log."""

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from clients.model import ClientId
from idp.kernel.locales import Locale
from idp.web.http.local_time import local_time
from idp.web.http.page import Page
from idp.web.transparency.paths import INCLUSION

# Kinds of entries that have a sentence of their own; any other is told by its name.
SHOWN_KINDS = frozenset(
    {
        *("client_created", "client_changed", "client_disabled", "client_secret_rotated"),
        *("key_first", "key_rotated", "key_retired", "key_compromised"),
        *("admin_client_registered", "admin_client_changed", "admin_client_secret_rotated", "admin_client_stopped"),
        *("admin_client_try_started", "admin_client_try_ended"),
        *("admin_change_proposed", "admin_change_approved", "admin_change_refused", "admin_change_withdrawn"),
        *("admin_change_undone", "admin_change_reviewed"),
        *("admin_administrator_issued", "admin_administrator_granted", "admin_administrator_revoked"),
        *("admin_administrator_extended", "admin_administrator_withdrawn"),
        *("admin_administrator_confirmed",),
        *("admin_administrator_enrolment_renewed", "admin_administrator_refused"),
        *("admin_agency_founded", "admin_agency_renamed", "admin_agency_moved", "admin_agency_merged"),
        *("admin_agency_split", "admin_agency_closed", "admin_agency_refused"),
        *("admin_console_refused", "admin_operation_refused"),
    }
)
# "other" is how a kind without a sentence, and a role without a name, are told.
OTHER = "other"
# How an entry is told that somebody changed.
UNREADABLE = "unreadable"
SHOWN_ROLES = frozenset(
    {"operator", "national_operator", "agency_administrator", "client_developer", "auditor", "support"}
)


class CheckpointFacts(Struct, frozen=True, kw_only=True):
    """The newest checkpoint; the time is the text that is shown."""

    size: int
    root: str
    at: str


class ShownEntry(Struct, frozen=True, kw_only=True):
    """One entry as people read it. Whatever it lacks is empty; `shown_as` names the sentence of its kind."""

    index: int
    shown_as: str
    kind: str
    at: str
    objects: tuple[str, ...]
    digest: str
    roles: tuple[str, ...]
    agency: str
    proof_url: str


class TransparencyPage(Page, frozen=True, kw_only=True):
    """What the log is, its newest entries, the checkpoint; None until the first is signed."""

    template: ClassVar[str] = "transparency/transparency.html"
    # Where the log is, as whoever verifies it says it.
    origin: str
    checkpoint: CheckpointFacts | None
    entries: tuple[ShownEntry, ...]
    older_url: str | None
    newest_url: str | None


class _By(Struct, frozen=True):
    roles: tuple[str, ...] = ()
    agency: str = ""


class _Object(Struct, frozen=True):
    client_id: ClientId = ClientId("")
    kids: tuple[str, ...] = ()
    agency: str = ""
    others: tuple[str, ...] = ()


class _Leaf(Struct):
    kind: str
    at: datetime | None
    object: _Object = _Object()
    digest: str = ""
    by: _By = _By()


def read_shown(index: int, leaf: bytes, size: int, locale: Locale) -> ShownEntry:
    """Return an entry for people; one that cannot be read, because somebody changed it, shows its index alone."""
    proof_url = f"{INCLUSION}?index={index}&size={size}"
    try:
        entry = msgspec.json.decode(leaf, type=_Leaf)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        entry = _Leaf(UNREADABLE, None)
    word = entry.kind.replace(":", "_")
    about = entry.object
    return ShownEntry(
        index=index,
        shown_as=word if word in SHOWN_KINDS | {UNREADABLE} else OTHER,
        kind=entry.kind,
        at=local_time(entry.at, locale) if entry.at else "",
        objects=tuple(one for one in (about.client_id, *about.kids, about.agency, *about.others) if one),
        digest=entry.digest,
        roles=tuple(role if role in SHOWN_ROLES else OTHER for role in entry.by.roles),
        agency=entry.by.agency,
        proof_url=proof_url,
    )
