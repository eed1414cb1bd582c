"""Accounts of one person that are not one yet: setting one aside."""

from idp.app.foundation import Foundation
from idp.app.merging import compose_notices
from idp.selfservice.mandate_ends import MandateEnds
from idp.selfservice.mandate_news import MandateNews
from idp.selfservice.setting_aside import SettingAside


def compose_setting_aside(foundation: Foundation) -> SettingAside:
    """Return what takes the number from an account that another outranks."""
    database, notices = foundation.database, compose_notices(foundation)
    news = MandateNews(database.accounts, notices)
    ends = MandateEnds(database.mandates, database.ledger, news, foundation.clock)
    return SettingAside(database.accounts, database.ledger, notices, ends)
