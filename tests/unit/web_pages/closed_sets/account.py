"""The closed sets that the texts of the account's pages are put together from."""

from typing import get_args

from idp.account.activity import NEVER_OF_A_PERSON, shown_as
from idp.account.data_copy import copied_as
from idp.account.model import ProofState
from idp.adapters.sql.account.copy import COPIED
from idp.audit.model import EventName
from idp.delegation.mandates.data_copy import MANDATE_FIELDS, Side
from idp.kernel.locales import LOCALES
from idp.proofing.model import Verdict
from idp.proofing.waiting import AskedAgain
from idp.web.account.download import FILE_ONLY, PROFILE_FIELDS
from idp.web.account.pages import PortalsDone, RatedAs, SessionsDone
from idp.web.account.profile import SHOWN_CLAIMS
from idp.web.account.shell_page import AccountPart

TABLES = [table for table in COPIED if table not in FILE_ONLY]
KINDS = [*TABLES, *Side]
FIELDS = {copied_as(table, name) for table in TABLES for name in COPIED[table]} - {"profile"}
FIELDS |= PROFILE_FIELDS | MANDATE_FIELDS
REPORTED_EVENTS = [shown_as(name) for name in EventName if name not in NEVER_OF_A_PERSON]

ACCOUNT_SETS = {
    ("account_part.", "link.part"): [f"account_part.{part}" for part in get_args(AccountPart)],
    ("account_identity.asked_", "page.asked"): [f"account_identity.asked_{word}" for word in AskedAgain],
    ("account_identity.meaning_", "page.proof"): [f"account_identity.meaning_{state}" for state in ProofState],
    ("account_register.", "receipt.register"): ["account_register.population", "account_register.enterprise"],
    ("account_verdict.", "receipt.verdict"): [f"account_verdict.{verdict}" for verdict in Verdict],
    ("account_sessions.done_", "page.done"): [f"account_sessions.done_{word}" for word in get_args(SessionsDone)],
    ("account_portals.done_", "page.done"): [f"account_portals.done_{word}" for word in get_args(PortalsDone)],
    ("account_language.chosen_", "page.chosen"): [f"account_language.chosen_{locale}" for locale in LOCALES],
    ("activity.", "entry.event"): [f"activity.{event}" for event in REPORTED_EVENTS],
    ("copy_kind.", "section.kind"): [f"copy_kind.{kind}" for kind in KINDS],
    ("copy_field.", "value.field"): [f"copy_field.{field}" for field in FIELDS],
    ("copy_field.", "fact.claim"): [f"copy_field.{claim}" for claim in SHOWN_CLAIMS],
    ("account_profile.sex_", "fact.value"): ["account_profile.sex_male", "account_profile.sex_female"],
    ("rated.title_", "page.outcome"): [f"rated.title_{outcome}" for outcome in get_args(RatedAs)],
    ("rated.lead_", "page.outcome"): [f"rated.lead_{outcome}" for outcome in get_args(RatedAs)],
}
