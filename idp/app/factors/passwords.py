"""The rules for new passwords; one's own password, contacts and known devices."""

from datetime import timedelta

from msgspec import Struct

from idp.account.notices.service import Notices
from idp.adapters.passwords.bloom_file import FilterFile, NoBreachedPasswords
from idp.app.foundation.known_people import compose_own_identities
from idp.app.foundation.opening import Foundation
from idp.environment import Settings
from idp.factors.contacts.phone_ownership import PhoneOwnership
from idp.factors.contacts.service import ContactDraft, OwnContacts
from idp.factors.one_time_codes.service import OneTimeCodes
from idp.factors.password.own_password import OwnPassword
from idp.factors.password.service import PasswordRules
from idp.factors.waits_ended import OwnPhones
from idp.protocol.provider import Provider
from idp.sign_in.drafts import DraftStore

_DRAFT_LIFE = timedelta(minutes=30)


class Credentials(Struct, frozen=True):
    """The use cases of one's own password and contacts."""

    password: OwnPassword
    contacts: OwnContacts


def compose_password_rules(settings: Settings) -> PasswordRules:
    """Return the rules, with the filter of breached passwords if one is set."""
    path = settings.breached_passwords_file
    return PasswordRules(FilterFile(path) if path is not None else NoBreachedPasswords())


def compose_credentials(
    foundation: Foundation,
    provider: Provider,
    rules: PasswordRules,
    notices: Notices,
    codes: OneTimeCodes,
) -> Credentials:
    """Return changing the password and the contacts."""
    database, clock = foundation.database, foundation.clock
    password = OwnPassword(
        database.accounts,
        database.identities,
        foundation.hasher,
        rules,
        database.ledger,
        notices,
        provider.sealer,
        clock,
        foundation.settings.change_wait,
    )
    contacts = OwnContacts(
        DraftStore(foundation.shortlived, provider.sealer, "contact", ContactDraft, _DRAFT_LIFE),
        codes,
        foundation.shortlived,
        database.ledger,
        notices,
        provider.sealer,
        foundation.shared.phone_index,
        foundation.shared.email_index,
        clock,
        database.contact_changes,
        OwnPhones(
            compose_own_identities(foundation),
            PhoneOwnership(foundation.registers.subscribers),
        ),
        database.phone_ages,
        foundation.national_settings,
        foundation.settings.change_wait,
    )
    return Credentials(password, contacts)
