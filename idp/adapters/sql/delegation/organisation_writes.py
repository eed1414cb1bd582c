"""How organisations are kept, and persons for whom somebody acts before they have an account."""

from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.delegation.effects import KeepOrganisation, KeepWard

# The id of one that is known stays: its subjects at the portals are made from it.
_KEEP = statement("""
    INSERT INTO organisations (organisation_id, code_index, facts_sealed, proof, proved_at, created_at)
    VALUES (:organisation_id, :code_index, :facts_sealed, :proof, :proved_at, :created_at)
    ON CONFLICT (code_index) DO UPDATE
    SET facts_sealed = excluded.facts_sealed, proof = excluded.proof, proved_at = excluded.proved_at
""")
_KEEP_WARD = statement("""
    INSERT INTO persons (person_id, profile_sealed, created_at)
    SELECT :person_id, :profile_sealed, :at
    WHERE NOT EXISTS (SELECT 1 FROM identifiers WHERE blind_index = :blind_index)
    RETURNING 1
""")
# A number that leads to no account and still to its person: whoever registers with it later is this person.
_KEEP_NUMBER = statement("""
    INSERT INTO identifiers (person_id, account_id, blind_index, sealed, valid_from, valid_to)
    VALUES (:person_id, :account_id, :blind_index, :sealed, :at, :at)
""")


ORGANISATION_WRITES = dict(
    [
        write(KeepOrganisation, _KEEP, of="organisation"),
        write(KeepWard, _KEEP_WARD, _KEEP_NUMBER, of="number", account_id="place_id"),
    ]
)
