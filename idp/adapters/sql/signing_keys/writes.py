"""How signing keys are written together with the change that wants it."""

from idp.adapters.sql.engine.statements import Parameters
from idp.adapters.sql.engine.writes import write
from idp.adapters.sql.signing_keys.reads import CHANGE, CLAIM_VERSION, INSERT, columns_of
from idp.admin.infrastructure.key_effects import AddKey, ClaimKeys, EndKey


def _claim(effect: ClaimKeys) -> Parameters:
    return {"expected_version": effect.expected_version}


def _add(effect: AddKey) -> Parameters:
    return columns_of(effect.key)


def _end(effect: EndKey) -> Parameters:
    return columns_of(effect.key)


KEY_WRITES = dict(
    [
        write(ClaimKeys, _claim, CLAIM_VERSION),
        write(AddKey, _add, INSERT),
        write(EndKey, _end, CHANGE),
    ]
)
