"""How receipts, waiting verifications and changes of identity are written."""

from idp.adapters.sql import tables_citizens as tables
from idp.adapters.sql.engine.instants import to_words
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.proofing.evidence import SetEvidence, ShowEarlierProof, not_stronger_than
from idp.proofing.proof import (
    DEAD,
    FinishJob,
    HoldLiving,
    HurryJob,
    KeepLaterNumber,
    KeepReceipt,
    LowerToMatched,
    MarkDead,
    PostponeJob,
    QueueJob,
    ReplaceNumber,
    RevokeGrantsOfAccount,
    SetProof,
)

# Only the holder of the newest lease, which counted the try, may say how it ended.
_MY_JOB = "person_id = :person_id AND job_id = :job_id AND finished_at IS NULL AND attempts = :attempts"
_HURRY = statement(f"UPDATE register_jobs SET due_at = :now WHERE {_MY_JOB} AND due_at > :now RETURNING 1")  # noqa: S608
_POSTPONE = statement(
    f"UPDATE register_jobs SET due_at = :due_at, result = :result WHERE {_MY_JOB} RETURNING 1"  # noqa: S608
)
_FINISH = statement(f"""
    UPDATE register_jobs SET finished_at = :at, result = :result, claim_sealed = NULL WHERE {_MY_JOB} RETURNING 1
""")  # noqa: S608 (constants of this module, here as above)

# A closed account stays as it was closed. No kind's name is part of another's.
_SET_EVIDENCE = statement("""
    UPDATE accounts SET evidence_kind = :evidence_kind, evidence_at = :evidence_at, evidence_source = :evidence_source
    WHERE person_id = :person_id AND account_id = :account_id AND status <> 'closed'
      AND (evidence_kind IS NULL OR :displaced LIKE '%' || evidence_kind || '%')
""")
_SET_PROOF = statement("""
    UPDATE accounts SET proof = :proof, proved_at = COALESCE(:proved_at, proved_at)
    WHERE person_id = :person_id AND account_id = :account_id AND status <> 'closed'
""")

_LOWER = statement("""
    UPDATE accounts SET proof = 'matched'
    WHERE person_id = :person_id AND account_id = :account_id
      AND proof = 'proved' AND evidence_kind IS NULL AND status <> 'closed'
    RETURNING 1
""")

_MARK_DEAD = statement(f"""
    INSERT INTO used_once (purpose, value_hash, expires_at) VALUES ('{DEAD}', :number_index, :until)
    ON CONFLICT (purpose, value_hash) DO UPDATE SET expires_at = excluded.expires_at
    WHERE used_once.expires_at < excluded.expires_at
""")  # noqa: S608 (a constant of ours, here and below)
# The mark is written and removed: until the commit nobody else writes one, and one that is there is met. A claim and a
# death of one child, written at once by two processes, see each other so, whichever comes first.
_HOLD_LIVING = (
    statement(f"""
        INSERT INTO used_once (purpose, value_hash, expires_at) VALUES ('{DEAD}', :number_index, :at)
        ON CONFLICT DO NOTHING RETURNING 1
    """),  # noqa: S608
    statement(f"DELETE FROM used_once WHERE purpose = '{DEAD}' AND value_hash = :number_index"),  # noqa: S608
)
# The phone is the one that came with the account: whoever recovered it by another has shown nothing of then.
PROVED_BEFORE = """
    status = 'open' AND account_kind = 'citizen' AND proof IN ('proved', 'matched') AND proved_at IS NOT NULL
    AND imported_at IS NOT NULL AND evidence_kind IS NULL
    AND EXISTS (
        SELECT 1 FROM contacts c WHERE c.person_id = accounts.person_id AND c.account_id = accounts.account_id
          AND c.kind = 'phone' AND c.confirmed_at = accounts.imported_at)
"""
_SHOW_EARLIER = statement(f"""
    UPDATE accounts SET proof = 'proved', evidence_kind = :evidence_kind, evidence_at = :evidence_at,
      evidence_source = :evidence_source
    WHERE person_id = :person_id AND account_id = :account_id AND {PROVED_BEFORE}
    RETURNING 1
""")  # noqa: S608 (a constant of ours)

_END_NUMBER = statement("""
    UPDATE identifiers SET valid_to = :at
    WHERE person_id = :person_id AND account_id = :account_id AND blind_index = :old_index AND valid_to IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM identifiers other WHERE other.blind_index = :number_index AND other.person_id <> :person_id)
    RETURNING 1
""")
# A number that comes back to its person is valid anew in its old row.
_NEW_NUMBER = statement("""
    INSERT INTO identifiers (person_id, account_id, blind_index, sealed, valid_from)
    VALUES (:person_id, :account_id, :number_index, :number_sealed, :at)
    ON CONFLICT (person_id, account_id, blind_index) DO UPDATE
    SET sealed = excluded.sealed, valid_from = excluded.valid_from, valid_to = NULL
""")

_KEEP_LATER = statement("""
    INSERT INTO identifiers (person_id, account_id, blind_index, sealed, valid_from, valid_to)
    SELECT o.person_id, o.account_id, :number_index, :number_sealed, CAST(:at AS BIGINT), o.valid_to FROM identifiers o
    WHERE o.person_id = :person_id AND o.account_id = :account_id AND o.blind_index = :old_index
      AND o.valid_to IS NOT NULL
      AND NOT EXISTS (
        SELECT 1 FROM identifiers other WHERE other.blind_index = :number_index AND other.person_id <> :person_id)
    ON CONFLICT (person_id, account_id, blind_index) DO UPDATE SET sealed = excluded.sealed
    RETURNING 1
""")

_REVOKE_GRANTS = statement("""
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason
    WHERE person_id = :person_id AND account_id = :account_id AND revoked_at IS NULL
""")


PROOF_WRITES = dict(
    [
        write(KeepReceipt, insert_into(tables.receipts), of="receipt", receipt="receipt.text"),
        # The partial unique index lets one job wait for each account.
        write(
            QueueJob,
            insert_into(tables.register_jobs, "ON CONFLICT DO NOTHING", leaving_out=frozenset({"finished_at"})),
            of="job",
        ),
        write(HurryJob, _HURRY),
        write(PostponeJob, _POSTPONE),
        write(FinishJob, _FINISH),
        write(SetProof, _SET_PROOF),
        write(LowerToMatched, _LOWER),
        write(SetEvidence, _SET_EVIDENCE, displaced=lambda effect: to_words(not_stronger_than(effect.evidence))),
        write(ShowEarlierProof, _SHOW_EARLIER),
        write(ReplaceNumber, _END_NUMBER, _NEW_NUMBER, number_index="new.blind_index", number_sealed="new.sealed"),
        write(MarkDead, _MARK_DEAD),
        write(HoldLiving, *_HOLD_LIVING),
        write(KeepLaterNumber, _KEEP_LATER, number_index="new.blind_index", number_sealed="new.sealed"),
        write(RevokeGrantsOfAccount, _REVOKE_GRANTS),
    ]
)
