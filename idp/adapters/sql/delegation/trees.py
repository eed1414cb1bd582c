"""What depends on mandates that end, are suspended or change hands: sessions that act under them, portals, grants.

Written in the order in which all who change mandates take locks: accounts, mandates, sessions, grants
(docs/architecture.md). A redemption takes the mandate and the session before it writes its grant.
"""

from idp.adapters.sql.engine.statements import Statement, statement

_TELL = """
    {tree}
    INSERT INTO outbox (kind, key, payload, due_at, gives_up_at, attempts, delivered, result, lane)
    SELECT 'logout_notice',
        told.session_id || ':' || told.client_id || ':' || {what} || ':' || CAST(:at AS TEXT),
        {payload}, :at, :gives_up_at, 0, FALSE, '', 'logout_notice:' || told.client_id
    FROM (
        SELECT g.session_id, g.client_id, g.person_id, MAX(g.subject_id) AS subject_id FROM grants g
        WHERE g.mandate_id IN (SELECT id FROM tree) AND g.revoked_at IS NULL AND g.expires_at > :at
        GROUP BY g.session_id, g.client_id, g.person_id) told
    JOIN clients ON clients.client_id = told.client_id
    WHERE clients.backchannel_logout_uri IS NOT NULL AND clients.disabled_at IS NULL
    ON CONFLICT DO NOTHING
"""
_NOTICE = (
    "'session_id', told.session_id, 'client_id', told.client_id, 'person_id', told.person_id, "
    "'subject_id', told.subject_id"
)
_REVOKE = """
    {tree}
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason
    WHERE mandate_id IN (SELECT id FROM tree) AND revoked_at IS NULL
"""
# The person has chosen nobody: where it matters for whom they act, they are asked again.
_CLEAR = """
    {tree}
    UPDATE sessions SET mandate_id = NULL, acting_chosen_at = NULL
    WHERE person_id IN (SELECT m.actor_id FROM mandates m JOIN tree ON tree.id = m.mandate_id)
      AND mandate_id IN (SELECT id FROM tree)
"""


def let_go(tree: str, what: str, *, postgres: str | None = None) -> tuple[Statement, ...]:
    """Return what frees the sessions, tells the portals and revokes the grants under the mandates of a tree.

    `tree` is a WITH of the ids, `postgres` the same where the two languages differ; `what` makes the notices' keys.
    """
    theirs = tree if postgres is None else postgres
    tell = _TELL.replace("{what}", what)
    ours = tell.replace("{payload}", f"CAST(json_object({_NOTICE}) AS BLOB)")
    others = tell.replace("{payload}", f"convert_to(CAST(json_build_object({_NOTICE}) AS text), 'UTF8')")
    return tuple(
        statement(one.replace("{tree}", tree), postgres=other.replace("{tree}", theirs))
        for one, other in ((_CLEAR, _CLEAR), (ours, others), (_REVOKE, _REVOKE))
    )
