"""A refresh family beside a dictionary that does the same: any sequence of steps gives the same answers."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from idp.adapters.sql.database import Database
from idp.grants.model import RetryRotation, RevokeGrant
from idp.sessions.model import StartSession
from tests.support.extent import ON_STORES, rounds
from tests.support.running.sql_stores import NOW, digest, event, granted, rotation, session_of, signed_in

NUMBER = "001899000001"
STEPS = st.lists(
    st.tuples(st.sampled_from(["rotate", "rotate", "rotate", "retry", "retry", "revoke"]), st.integers(0, 4)),
    max_size=12,
)


@dataclass
class Model:
    """What a family is: the heads there were, and whether it was revoked."""

    heads: list[str]
    revoked: bool = False

    def rotate(self, presented: str, new: str) -> bool:
        fresh = presented == self.heads[-1] and not self.revoked
        if fresh:
            self.heads.append(new)
        return fresh

    def retry(self, presented: str) -> bool:
        return len(self.heads) > 1 and presented == self.heads[-2] and not self.revoked


@settings(ON_STORES, max_examples=rounds(9, 25))
@given(steps=STEPS)
async def test_i4_i5_i8_a_family_answers_as_its_model(database: Database, steps: list[tuple[str, int]]) -> None:
    known = await database.accounts.for_sign_in(digest(NUMBER))
    session = await signed_in(database) if known is None else session_of(known.account)
    if known is not None:
        assert await database.ledger.commit(StartSession(session=session))
    _, family = await granted(database, session)
    model = Model(["head 0"])
    for number, (kind, back) in enumerate(steps, 1):
        presented = model.heads[max(0, len(model.heads) - 1 - back)]
        match kind:
            case "rotate":
                effect = rotation(family, f"head {number}", presented=digest(presented))
                assert await database.ledger.commit(effect, event()) is model.rotate(presented, f"head {number}")
            case "retry":
                retry = RetryRotation(
                    grant_id=family.grant_id, person_id=family.person_id, previous_hash=digest(presented)
                )
                assert await database.ledger.commit(retry, event()) is model.retry(presented)
            case _:
                await database.ledger.commit(
                    RevokeGrant(grant_id=family.grant_id, person_id=family.person_id, at=NOW, reason="test")
                )
                model.revoked = True
        state = await database.grants.state(family.grant_id, "", NOW)
        assert state is not None
        assert state.family is not None
        assert (state.family.head_hash, state.family.generation, state.alive) == (
            digest(model.heads[-1]),
            len(model.heads) - 1,
            not model.revoked,
        )
