"""How approvals are asked for, answered and used."""

from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.factors.approval_model import AnswerApproval, OpenApproval, UseApproval

# Who asks too often wears a person down until they say yes: ASVS 6.6.4 wants push bombing limited.
_OPEN = statement("""
    INSERT INTO approvals
        (person_id, approval_id, account_id, match_number, browser, address, created_at, expires_at,
         about_sealed)
    SELECT :person_id, :approval_id, :account_id, :match_number, :browser, :address, :created_at, :expires_at,
           :about_sealed
    WHERE (
        SELECT count(*) FROM approvals
        WHERE person_id = :person_id AND account_id = :account_id AND created_at > :since) < :limit
    RETURNING 1
""")
_ANSWER = statement("""
    UPDATE approvals SET answered_at = :now, approved = :approved, session_id = :session_id
    WHERE person_id = :person_id AND approval_id = :approval_id AND account_id = :account_id
      AND answered_at IS NULL AND expires_at > :now
    RETURNING 1
""")
_USE = statement("""
    UPDATE approvals SET used_at = :now
    WHERE person_id = :person_id AND approval_id = :approval_id AND approved AND used_at IS NULL
      AND expires_at > :now AND session_id <> :asking_session_id
    RETURNING 1
""")


APPROVAL_WRITES = dict(
    [
        write(OpenApproval, _OPEN, of="approval"),
        write(AnswerApproval, _ANSWER),
        write(UseApproval, _USE),
    ]
)
