"""How links to accounts of upstream providers are made, used and removed."""

from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.upstream.link_model import JoinUpstream, LinkUpstream, UnlinkUpstream, UseUpstreamLink

# An officer's account is issued for a post and never opened by what a citizen holds elsewhere.
_LINK = statement("""
    INSERT INTO upstream_links (person_id, provider, subject_index, account_id, subject_sealed, linked_at, last_used_at)
    SELECT :person_id, :provider, :subject_index, :account_id, :subject_sealed, :linked_at, :linked_at
    FROM accounts a
    WHERE a.person_id = :person_id AND a.account_id = :account_id AND a.status = 'open' AND a.account_kind = 'citizen'
    ON CONFLICT DO NOTHING
    RETURNING 1
""")
_KEY = """person_id = :person_id AND account_id = :account_id AND provider = :provider
      AND subject_index = :subject_index"""
_USE = statement(f"""
    UPDATE upstream_links SET last_used_at = :last_used_at
    WHERE {_KEY} AND EXISTS (
        SELECT 1 FROM accounts a
        WHERE a.person_id = :person_id AND a.account_id = :account_id AND a.status = 'open'
          AND a.account_kind = 'citizen')
    RETURNING 1
""")  # noqa: S608 (a constant of this module)
_UNLINK = statement(f"""
    DELETE FROM upstream_links
    WHERE {_KEY} AND (
        EXISTS (SELECT 1 FROM passwords p WHERE p.person_id = :person_id AND p.account_id = :account_id)
        OR EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = :person_id AND k.account_id = :account_id))
    RETURNING 1
""")  # noqa: S608 (likewise)


# Taken away with the row, and written back by `UndoChanges`. If the removal is refused, the commit is.
_SET_ASIDE = statement(f"""
    INSERT INTO removed_upstream_links (
      person_id, provider, subject_index, account_id, subject_sealed, linked_at, last_used_at, removed_at)
    SELECT person_id, provider, subject_index, account_id, subject_sealed, linked_at, last_used_at, :at
    FROM upstream_links WHERE {_KEY}
    ON CONFLICT DO NOTHING
""")  # noqa: S608


UPSTREAM_WRITES = dict(
    [
        write(LinkUpstream, _LINK, of="link"),
        write(JoinUpstream, _LINK, of="link"),
        write(UseUpstreamLink, _USE, last_used_at="at"),
        write(UnlinkUpstream, _SET_ASIDE, _UNLINK, decides=1),
    ]
)
