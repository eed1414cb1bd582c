"""How receipts, waiting verifications and changes of identity are written."""

from idp.adapters.sql import tables_citizens as tables
from idp.adapters.sql.engine.instants import to_micros, to_micros_or_none, to_words
from idp.adapters.sql.engine.statements import Parameters, insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.proofing.evidence import Evidence, SetEvidence, ShowEarlierProof, not_stronger_than
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


def _keep_receipt(effect: KeepReceipt) -> Parameters:
    receipt = effect.receipt
    return {
        "receipt_id": receipt.id,
        "person_id": effect.person_id,
        "register": receipt.register,
        "purpose": receipt.purpose,
        "actor": receipt.actor,
        "verdict": receipt.verdict,
        "request_id": receipt.request_id,
        "at": to_micros(receipt.at),
        "receipt": receipt.text,
    }


def _queue(effect: QueueJob) -> Parameters:
    job = effect.job
    return {
        "person_id": job.person_id,
        "job_id": job.id,
        "account_id": job.account_id,
        "purpose": job.purpose.value,
        "claim_sealed": job.claim_sealed,
        "due_at": to_micros(job.due_at),
        "attempts": job.attempts,
        "started_at": to_micros(job.started_at),
        "result": job.result,
    }


def _hurry(effect: HurryJob) -> Parameters:
    return {
        "person_id": effect.person_id,
        "job_id": effect.job_id,
        "attempts": effect.attempts,
        "now": to_micros(effect.now),
    }


def _postpone(effect: PostponeJob) -> Parameters:
    return {
        "person_id": effect.person_id,
        "job_id": effect.job_id,
        "attempts": effect.attempts,
        "due_at": to_micros(effect.due_at),
        "result": effect.result,
    }


def _finish(effect: FinishJob) -> Parameters:
    return {
        "person_id": effect.person_id,
        "job_id": effect.job_id,
        "attempts": effect.attempts,
        "at": to_micros(effect.at),
        "result": effect.result,
    }


def _set_proof(effect: SetProof) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "proof": effect.proof.value,
        "proved_at": to_micros_or_none(effect.proved_at),
    }


def _lower(effect: LowerToMatched) -> Parameters:
    return {"person_id": effect.person_id, "account_id": effect.account_id}


def _show_earlier(effect: ShowEarlierProof) -> Parameters:
    return {"person_id": effect.person_id, "account_id": effect.account_id, **_of_evidence(effect.evidence)}


def _of_evidence(evidence: Evidence) -> dict[str, str | int]:
    return {
        "evidence_kind": evidence.kind.value,
        "evidence_at": to_micros(evidence.at),
        "evidence_source": evidence.source,
    }


def _set_evidence(effect: SetEvidence) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        **_of_evidence(effect.evidence),
        "displaced": to_words(not_stronger_than(effect.evidence)),
    }


def _mark_dead(effect: MarkDead) -> Parameters:
    return {"number_index": effect.number_index, "until": to_micros(effect.until)}


def _hold_living(effect: HoldLiving) -> Parameters:
    return {"number_index": effect.number_index, "at": to_micros(effect.at)}


def _another_number(effect: ReplaceNumber | KeepLaterNumber) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "old_index": effect.old_index,
        "number_index": effect.new.blind_index,
        "number_sealed": effect.new.sealed,
        "at": to_micros(effect.at),
    }


def _revoke_grants(effect: RevokeGrantsOfAccount) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "at": to_micros(effect.at),
        "reason": effect.reason,
    }


PROOF_WRITES = dict(
    [
        write(KeepReceipt, _keep_receipt, insert_into(tables.receipts)),
        # The partial unique index lets one job wait for each account.
        write(
            QueueJob,
            _queue,
            insert_into(tables.register_jobs, "ON CONFLICT DO NOTHING", leaving_out=frozenset({"finished_at"})),
        ),
        write(HurryJob, _hurry, _HURRY),
        write(PostponeJob, _postpone, _POSTPONE),
        write(FinishJob, _finish, _FINISH),
        write(SetProof, _set_proof, _SET_PROOF),
        write(LowerToMatched, _lower, _LOWER),
        write(SetEvidence, _set_evidence, _SET_EVIDENCE),
        write(ShowEarlierProof, _show_earlier, _SHOW_EARLIER),
        write(ReplaceNumber, _another_number, _END_NUMBER, _NEW_NUMBER),
        write(MarkDead, _mark_dead, _MARK_DEAD),
        write(HoldLiving, _hold_living, *_HOLD_LIVING),
        write(KeepLaterNumber, _another_number, _KEEP_LATER),
        write(RevokeGrantsOfAccount, _revoke_grants, _REVOKE_GRANTS),
    ]
)
