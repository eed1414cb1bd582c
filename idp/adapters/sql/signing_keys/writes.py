"""How signing keys are written together with the change that wants it."""

from idp.adapters.sql.engine.writes import write
from idp.adapters.sql.signing_keys.reads import CHANGE, CLAIM_VERSION, INSERT, jwk_text
from idp.admin.infrastructure.key_effects import AddKey, ClaimKeys, EndKey

KEY_WRITES = dict(
    [
        write(ClaimKeys, CLAIM_VERSION),
        write(AddKey, INSERT, of="key", public_jwk=lambda effect: jwk_text(effect.key)),
        write(EndKey, CHANGE, of="key", public_jwk=lambda effect: jwk_text(effect.key)),
    ]
)
