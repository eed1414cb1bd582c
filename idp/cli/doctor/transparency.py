"""The doctor's look at the public transparency log."""

from datetime import datetime, timedelta

from idp.adapters.sql.database import Database
from idp.app.transparency import read_signed_head
from idp.cli.doctor.findings import Finding, fail, ok, warn
from idp.cli.output import moment
from idp.transparency.errors import LogDamagedError
from idp.transparency.reading import root_at
from keys.policy import RotationPolicy
from keys.seal import MasterKey
from keys.service import KeyService

_WHAT = "transparency log"
# It is signed again each hour, whatever happens.
_OVERDUE = timedelta(hours=2)


async def check_transparency(database: Database, master_key: MasterKey | None, now: datetime) -> list[Finding]:
    """Say how old the newest checkpoint is and whether it fits what is stored; without the master key nothing."""
    if master_key is None:
        return []
    log, remedy = (
        database.transparency,
        "run the server or `idp worker`, which publish it, or `idp transparency publish`",
    )
    heads = await log.heads(1)
    if not heads:
        return [warn(_WHAT, "was never published", remedy)]
    verifier = await KeyService(database.keys, master_key, RotationPolicy()).lasting_verifier()
    signed = read_signed_head(verifier, heads[0].signed)
    verify = "run `idp transparency verify --from` the provider's address, and find out who wrote to the database"
    if signed is None:
        return [fail(_WHAT, f"checkpoint {heads[0].number} is not signed by this provider", verify)]
    try:
        intact = await root_at(log, signed.head.size) == signed.head.root
    except LogDamagedError:
        intact = False
    if not intact:
        return [fail(_WHAT, f"what is stored is not what checkpoint {heads[0].number} signed", verify)]
    found = f"{signed.head.size} entries, signed at {moment(signed.head.at)}"
    return [warn(_WHAT, found, remedy) if now - signed.head.at > _OVERDUE else ok(_WHAT, found)]
