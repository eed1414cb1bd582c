"""The condition that an officer's account may be used, for the reads and claims that let somebody in."""


def may_act(account: str, now: str) -> str:
    """Return the condition for the row `account` of the table of accounts at the instant `now`.

    Any but an officer's account passes without a look at another table: the hot reads pay nothing for it.
    """
    return f"""({account}.account_kind <> 'officer' OR EXISTS (
        SELECT 1 FROM officers held_post
        WHERE held_post.person_id = {account}.person_id AND held_post.account_id = {account}.account_id
          AND held_post.withdrawn_at IS NULL AND held_post.starts_at <= {now} AND held_post.ends_at > {now}))"""  # noqa: S608 (names of ours)
