"""The doctor's look at the generations of the root key: what seals, and what is not sealed anew yet."""

from idp.adapters.sql.database import Database
from idp.cli.doctor.findings import Finding, fail, ok, warn
from idp.cli.output import moment
from idp.kernel.clock import SystemClock
from idp.kernel.generations import Generations
from idp.kernel.secrets import SealBrokenError
from idp.sealing.service import Resealing
from keys.seal import MasterKey, is_sealed_under

_WHAT = "data keys"
_REWRAP = "run `idp keys rewrap`; it goes on where it stopped"


async def check_generations(database: Database, master_key: MasterKey | None) -> list[Finding]:
    """Return what the exchange of root and master key still needs. Rows are looked at only while one goes on."""
    known = await database.data_keys.load()
    if master_key is None or not known:
        return []
    generations = Generations(database.data_keys, (master_key.secret, *(one.secret for one in master_key.older)))
    try:
        root = await generations.open(SystemClock().now())
    except SealBrokenError:
        remedy = "restore the file that belongs to this database, or set IDP_OLD_MASTER_KEY_FILE to the one before"
        return [fail("data keys", "the master key does not open them", remedy)]
    findings = await _older_masters(database, generations, master_key)
    used = [one for one in known if one.retired_at is None]
    seals = [one for one in used if one.seals_since is not None]
    if used[-1].seals_since is None:
        findings.append(warn(_WHAT, f"generation {used[-1].id} waits to seal", _REWRAP))
    elif len(seals) > 1:
        left = await Resealing(database.sealed_rows, root.sealer()).left()
        older = ", ".join(one.id for one in seals[:-1])
        if left:
            findings.append(warn(_WHAT, f"not sealed anew yet: {', '.join(left)}", _REWRAP))
        else:
            findings.append(warn(_WHAT, f"no row has {older} any more", "`idp keys retire-generation` it"))
    else:
        findings.append(ok(_WHAT, f"one generation seals since {moment(seals[-1].seals_since)}"))
    return findings


async def _older_masters(database: Database, generations: Generations, master_key: MasterKey) -> list[Finding]:
    signing = [key for key in (await database.keys.load()).keys if not is_sealed_under(key.sealed_private, master_key)]
    left = len(signing) + await generations.under_older_masters()
    if left:
        found = f"{left} keys are still under it"
        return [warn("old master key", found, "once every process knows both, run `idp keys rewrap --master-key`")]
    if master_key.older:
        remedy = "take IDP_OLD_MASTER_KEY_FILE away and restart; keep the old file with the backups that need it"
        return [warn("old master key", "opens nothing any more", remedy)]
    return []
