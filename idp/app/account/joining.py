"""Accounts of one person that are not one yet: setting one aside, and joining two."""

from datetime import timedelta

from idp.account.merging.joining import JoiningJobs, JoiningRequests
from idp.account.merging.other_accounts import OtherAccounts, ShowingDraft
from idp.account.merging.setting_aside import SettingAside
from idp.app.account.merging import compose_merging
from idp.app.foundation.opening import Foundation
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.news import MandateNews
from idp.factors.checks import FactorChecks
from idp.sign_in.drafts import AgeingDrafts
from idp.sign_in.limits import SignInLimits

# What was shown of the other account is evidence of now.
_DRAFT_LIFE = timedelta(minutes=30)


def compose_setting_aside(foundation: Foundation) -> SettingAside:
    """Return what takes the number from an account that another outranks."""
    database, notices = foundation.database, foundation.shared.notices
    news = MandateNews(database.accounts, database.mandates, notices)
    ends = MandateEnds(database.mandates, database.ledger, news, foundation.clock)
    return SettingAside(database.accounts, database.ledger, notices, ends)


def compose_joining(foundation: Foundation) -> JoiningRequests:
    """Return what asks for two accounts to become one, and stops it."""
    database = foundation.database
    return JoiningRequests(
        database.accounts,
        database.joinings,
        database.ledger,
        foundation.shared.notices,
        foundation.shared.sealer,
        foundation.clock,
        foundation.settings.change_wait,
    )


def compose_other_accounts(foundation: Foundation, limits: SignInLimits, checks: FactorChecks) -> OtherAccounts:
    """Return what judges the other account's password and factor, by the counters of sign-in."""
    database, sealer, clock = foundation.database, foundation.shared.sealer, foundation.clock
    return OtherAccounts(
        accounts=database.accounts,
        identities=database.identities,
        reader=database.joinings,
        hasher=foundation.hasher,
        limits=limits,
        checks=checks,
        drafts=AgeingDrafts(foundation.shortlived, sealer, "joining", ShowingDraft, _DRAFT_LIFE, clock),
        ledger=database.ledger,
        sealer=sealer,
        number_index=foundation.shared.number_index,
        clock=clock,
    )


def compose_joining_jobs(foundation: Foundation) -> JoiningJobs:
    """Return what joins accounts whose wait is over."""
    database = foundation.database
    return JoiningJobs(
        database.accounts,
        database.joinings,
        database.ledger,
        foundation.shared.notices,
        lambda: compose_merging(foundation),
        foundation.clock,
    )
