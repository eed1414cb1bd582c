"""How links to accounts of upstream providers are made, used and removed."""

from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import Parameters, statement
from idp.adapters.sql.engine.writes import write
from idp.upstream.link_model import JoinUpstream, LinkUpstream, UnlinkUpstream, UpstreamLink, UseUpstreamLink

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


def _link(link: UpstreamLink) -> Parameters:
    return {
        "person_id": link.person_id,
        "account_id": link.account_id,
        "provider": link.provider,
        "subject_index": link.subject_index,
        "subject_sealed": link.subject_sealed,
        "linked_at": to_micros(link.linked_at),
    }


def _key(effect: UseUpstreamLink | UnlinkUpstream) -> dict[str, str | int | bytes | None]:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "provider": effect.provider,
        "subject_index": effect.subject_index,
    }


def _use(effect: UseUpstreamLink) -> Parameters:
    return {**_key(effect), "last_used_at": to_micros(effect.at)}


def _unlink(effect: UnlinkUpstream) -> Parameters:
    return {**_key(effect), "at": to_micros(effect.at)}


UPSTREAM_WRITES = dict(
    [
        write(LinkUpstream, lambda effect: _link(effect.link), _LINK),
        write(JoinUpstream, lambda effect: _link(effect.link), _LINK),
        write(UseUpstreamLink, _use, _USE),
        write(UnlinkUpstream, _unlink, _SET_ASIDE, _UNLINK, decides=1),
    ]
)
