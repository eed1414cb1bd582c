"""How counts are kept that must not be forgotten."""

from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.sign_in.counts import CountWithin

_COUNT = statement("""
    INSERT INTO counts (purpose, value_hash, counted, expires_at) VALUES (:purpose, :value_hash, 1, :expires_at)
    ON CONFLICT (purpose, value_hash) DO UPDATE
    SET counted = CASE WHEN counts.expires_at <= :now THEN 1 ELSE counts.counted + 1 END,
        expires_at = CASE WHEN counts.expires_at <= :now THEN :expires_at ELSE counts.expires_at END
    WHERE counts.expires_at <= :now OR counts.counted < :limit
    RETURNING 1
""")


COUNT_WRITES = dict(
    [write(CountWithin, _COUNT, now="at", expires_at=lambda effect: to_micros(effect.at + effect.window), limit="most")]
)
