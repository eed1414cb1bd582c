"""How two accounts become one, and two again."""

import msgspec

from idp.account.merging.model import (
    MERGED,
    AbsorbAccount,
    GiveBack,
    GiveBackConsent,
    GiveBackContact,
    GiveBackIdentifier,
    GiveBackLink,
    GiveBackSubjects,
    HoldsStill,
    KeepOpen,
    KeepSubjects,
    SealContact,
    SealNumber,
    UndoMerge,
)
from idp.adapters.sql.account.account_writes import TELL_PORTALS_OF_ENDED
from idp.adapters.sql.engine.statements import Statement, statement
from idp.adapters.sql.engine.writes import write

_KEEP_OPEN = statement("""
    UPDATE accounts SET status = 'open'
    WHERE person_id = :person_id AND account_id = :account_id AND status = 'open'
      AND NOT EXISTS (SELECT 1 FROM merges WHERE merged_person_id = :person_id AND undone_at IS NULL)
    RETURNING 1
""")
_CLOSE = statement(f"""
    UPDATE accounts SET status = 'closed', locked_for = '{MERGED}'
    WHERE person_id = :person_id AND account_id = :account_id AND status <> 'closed' AND person_id <> :to_person_id
      AND NOT EXISTS (SELECT 1 FROM merges WHERE person_id = :person_id AND undone_at IS NULL)
    RETURNING 1
""")  # noqa: S608 (a constant of ours)
_END_SESSIONS = statement("""
    UPDATE sessions SET ended_at = :at, end_reason = :reason
    WHERE person_id = :person_id AND account_id = :account_id AND ended_at IS NULL
""")
_END_GRANTS = statement("""
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason
    WHERE person_id = :person_id AND account_id = :account_id AND revoked_at IS NULL
""")
_TO = "person_id = :to_person_id, account_id = :to_account_id"
_ITS = "person_id = :person_id AND account_id = :account_id"
_THEIRS = "t.person_id = :to_person_id AND t.account_id = :to_account_id"
_HAND_OVER = (
    statement(f"""
        UPDATE identifiers SET {_TO}, valid_to = COALESCE(valid_to, :at) WHERE {_ITS}
          AND NOT EXISTS (SELECT 1 FROM identifiers t WHERE {_THEIRS} AND t.blind_index = identifiers.blind_index)
    """),  # noqa: S608 (likewise, here and below)
    statement(f"""
        UPDATE contacts SET {_TO} WHERE {_ITS}
          AND NOT EXISTS (SELECT 1 FROM contacts t WHERE {_THEIRS} AND t.kind = contacts.kind)
    """),  # noqa: S608
    statement("""
        UPDATE consents SET person_id = :to_person_id WHERE person_id = :person_id
          AND NOT EXISTS (
            SELECT 1 FROM consents t WHERE t.person_id = :to_person_id AND t.client_id = consents.client_id)
    """),
    statement(f"UPDATE upstream_links SET {_TO} WHERE {_ITS}"),  # noqa: S608
)
_HOLDS_STILL = statement(f"""
    UPDATE accounts SET epoch = epoch WHERE {_ITS}
      AND :count_numbers = (
        SELECT COUNT(*) FROM identifiers i WHERE i.person_id = :person_id AND i.account_id = :account_id)
      AND :count_contacts = (
        SELECT COUNT(*) FROM contacts c WHERE c.person_id = :person_id AND c.account_id = :account_id)
    RETURNING 1
""")  # noqa: S608
_SEAL_NUMBER = statement("""
    UPDATE identifiers SET sealed = :sealed WHERE person_id = :person_id AND blind_index = :blind_index RETURNING 1
""")
_SEAL_CONTACT = statement("""
    UPDATE contacts SET sealed = :sealed WHERE person_id = :person_id AND blind_index = :blind_index RETURNING 1
""")
_KEEP_MERGE = statement("""
    INSERT INTO merges (
      person_id, merge_id, merged_person_id, merged_account_id, before_sealed, done_by, at, undo_until)
    VALUES (:to_person_id, :merge_id, :person_id, :account_id, :before_sealed, :done_by, :at, :undo_until)
""")
# `WHERE TRUE` tells SQLite that ON CONFLICT is no join.
_KEEP_SUBJECTS = statement(
    """
    INSERT INTO subject_aliases (person_id, sector, subject_id)
    SELECT :person_id, value, :subject_id FROM json_each(:sectors) WHERE TRUE ON CONFLICT DO NOTHING
    """,
    postgres="""
    INSERT INTO subject_aliases (person_id, sector, subject_id)
    SELECT :person_id, value, :subject_id FROM json_array_elements_text(CAST(:sectors AS json)) AS value
    ON CONFLICT DO NOTHING
    """,
)
_DROP_SUBJECTS = """
    DELETE FROM subject_aliases
    WHERE person_id = :person_id AND subject_id = :merged_person_id AND sector IN (SELECT {value})
"""
_GIVE_BACK_SUBJECTS = statement(
    _DROP_SUBJECTS.format(value="value FROM json_each(:sectors)"),
    postgres=_DROP_SUBJECTS.format(value="json_array_elements_text(CAST(:sectors AS json))"),
)
_KNOWN_AS = """
    UPDATE persons SET known_as = NULLIF((
        SELECT {pairs} FROM subject_aliases a WHERE a.person_id = :person_id), '{{}}')
    WHERE person_id = :person_id
"""
_SAY_KNOWN_AS = statement(
    _KNOWN_AS.format(pairs="json_group_object(a.sector, a.subject_id)"),
    postgres=_KNOWN_AS.format(pairs="CAST(json_object_agg(a.sector, a.subject_id) AS text)"),
)

_UNDO = statement("""
    UPDATE merges SET undone_at = :at
    WHERE person_id = :person_id AND merge_id = :merge_id AND undone_at IS NULL AND undo_until > :at
    RETURNING 1
""")
_REOPEN = statement(f"""
    UPDATE accounts SET status = :status, locked_for = :locked_for
    WHERE person_id = :merged_person_id AND account_id = :merged_account_id AND locked_for = '{MERGED}'
""")  # noqa: S608
_END_BORROWED = statement("""
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason
    WHERE person_id = :person_id AND (subject_id = :merged_person_id OR mandate_id IS NOT NULL) AND revoked_at IS NULL
""")

_BACK = "person_id = :merged_person_id, account_id = :merged_account_id"
_GIVE_BACK: dict[type[GiveBack], Statement] = {
    GiveBackIdentifier: statement(f"""
        UPDATE identifiers SET {_BACK}, valid_to = :valid_to, sealed = COALESCE(:sealed, sealed)
        WHERE {_ITS} AND blind_index = :blind_index
    """),  # noqa: S608
    GiveBackContact: statement(
        f"""UPDATE contacts SET {_BACK}, sealed = COALESCE(:sealed, sealed)
        WHERE {_ITS} AND kind = :kind AND blind_index = :blind_index"""  # noqa: S608
    ),
    GiveBackConsent: statement("""
        UPDATE consents SET person_id = :merged_person_id
        WHERE person_id = :person_id AND client_id = :client_id AND given_at = :given_at
    """),
    GiveBackLink: statement(
        f"UPDATE upstream_links SET {_BACK} WHERE {_ITS} AND provider = :provider AND subject_index = :subject_index"  # noqa: S608
    ),
}


def _sectors(effect: KeepSubjects | GiveBackSubjects) -> str:
    return msgspec.json.encode(effect.sectors).decode()


# An index names what goes back in hexadecimal, as its key or as its value.
def _key_index(effect: GiveBack) -> bytes:
    return bytes.fromhex(effect.key)


def _value_index(effect: GiveBack) -> bytes:
    return bytes.fromhex(str(effect.value))


MERGE_WRITES = dict(
    [
        write(KeepOpen, _KEEP_OPEN),
        write(
            AbsorbAccount,
            _CLOSE,
            _END_SESSIONS,
            TELL_PORTALS_OF_ENDED,
            _END_GRANTS,
            *_HAND_OVER,
            _KEEP_MERGE,
            of="merge",
            person_id="merge.merged_person_id",
            account_id="merge.merged_account_id",
            to_person_id="merge.person_id",
        ),
        write(HoldsStill, _HOLDS_STILL, count_numbers="identifiers", count_contacts="contacts"),
        write(SealNumber, _SEAL_NUMBER),
        write(SealContact, _SEAL_CONTACT),
        write(
            KeepSubjects,
            _KEEP_SUBJECTS,
            _SAY_KNOWN_AS,
            sectors=_sectors,
        ),
        write(GiveBackSubjects, _GIVE_BACK_SUBJECTS, _SAY_KNOWN_AS, of="merge", sectors=_sectors),
        write(UndoMerge, _UNDO, _REOPEN, _END_SESSIONS, TELL_PORTALS_OF_ENDED, _END_BORROWED, of="merge", at="at"),
        write(GiveBackIdentifier, _GIVE_BACK[GiveBackIdentifier], of="merge", blind_index=_key_index, valid_to="value"),
        write(GiveBackContact, _GIVE_BACK[GiveBackContact], of="merge", kind="key", blind_index=_value_index),
        write(GiveBackConsent, _GIVE_BACK[GiveBackConsent], of="merge", client_id="key", given_at="value"),
        write(GiveBackLink, _GIVE_BACK[GiveBackLink], of="merge", provider="key", subject_index=_value_index),
    ]
)
