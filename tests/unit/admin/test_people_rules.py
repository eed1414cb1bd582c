"""Who may be shown to support, what of them, and what may be done to an account as it stands."""

from datetime import timedelta

import orjson
import pytest

from idp.account.merging.joining_model import SET_ASIDE
from idp.account.model import (
    EMAIL_PLACE,
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    AccountKind,
    AccountStatus,
    ProofState,
)
from idp.account.people import PersonRecord
from idp.admin.errors import ConflictError
from idp.admin.people.commands import Act
from idp.admin.people.rules import LOCKED, changes_something, locked_by, masked_name, may_be_shown, number_in, shown
from idp.admin.permissions import Permission, allows_somewhere
from idp.imports.model import DUPLICATE
from idp.officers.roles import Role
from idp.recovery.model import NOT_ME
from records.structs import replace
from tests.support.builders.protocol import ACCOUNT, NOW, PROVIDER
from tests.support.rigs.admin import administrator

SEAL = PROVIDER.sealer.seal
RECORD = PersonRecord(
    account=replace(ACCOUNT, status=AccountStatus.OPEN, kind=AccountKind.CITIZEN),
    locked_for=None,
    profile_sealed=SEAL(orjson.dumps({"name": "Nguyễn Thị Hoà"}), PROFILE_PLACE.of(ACCOUNT.person_id)),
    number_sealed=SEAL(b"001899000001", NUMBER_PLACE.of(ACCOUNT.person_id)),
    phone_sealed=SEAL(b"+84912345678", PHONE_PLACE.of(ACCOUNT.person_id)),
    email_sealed=SEAL(b"hoa@people.example", EMAIL_PLACE.of(ACCOUNT.person_id)),
    phone_rests_until=None,
    wrong_passwords=0,
    next_try_at=None,
    passkeys=1,
    has_authenticator_app=True,
    recovery_codes=9,
    upstream_links=0,
    sessions=2,
    grants=1,
    last_sign_in_at=NOW,
    recovery=None,
)


def with_account(**changes: object) -> PersonRecord:
    return replace(RECORD, account=replace(RECORD.account, **changes))  # type: ignore[arg-type]  # fields of Account


def locked(reason: str | None) -> PersonRecord:
    return replace(with_account(status=AccountStatus.LOCKED), locked_for=reason, sessions=0, grants=0)


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, True),
        ({"status": AccountStatus.LOCKED}, True),
        ({"status": AccountStatus.CLOSED}, False),
        ({"kind": AccountKind.OFFICER}, False),
        ({"kind": AccountKind.TRIAL}, False),
    ],
)
def test_only_a_citizens_account_that_is_not_closed_is_shown(changes: dict[str, object], may: bool) -> None:
    assert may_be_shown(with_account(**changes)) is may


def test_personal_values_are_masked() -> None:
    seen = shown(RECORD, PROVIDER.sealer, NOW)
    assert (seen.name, seen.number, seen.phone, seen.email) == (
        "N••• T••• Hoà",
        "•••••••••001",
        "09•• ••• 678",
        "h•••@people.example",
    )
    assert all(value not in repr(seen) for value in ("001899000001", "912345678", "Nguyễn", "hoa@"))
    assert number_in(RECORD, PROVIDER.sealer) == "001899000001"


def test_what_no_longer_opens_is_left_out() -> None:
    broken = replace(RECORD, profile_sealed=b"?", number_sealed=b"?", phone_sealed=None, email_sealed=b"?")
    seen = shown(broken, PROVIDER.sealer, NOW)
    assert (seen.name, seen.number, seen.phone, seen.email) == ("", "", "", "")
    assert number_in(broken, PROVIDER.sealer) == ""


@pytest.mark.parametrize(("name", "masked"), [("", ""), ("Danh", "Danh"), ("H'Hen Niê", "H••• Niê")])
def test_names_of_every_length_are_masked(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_waits_that_are_over_are_not_told() -> None:
    later = NOW + timedelta(minutes=1)
    record = replace(RECORD, next_try_at=NOW, phone_rests_until=later)
    seen = shown(record, PROVIDER.sealer, NOW)
    assert (seen.next_try_at, seen.phone_rests_until) == (None, later)


def test_a_proof_is_told_as_it_counts_now() -> None:
    old = with_account(proof=ProofState.PROVED, proved_at=NOW - timedelta(days=400))
    assert shown(old, PROVIDER.sealer, NOW).proof is ProofState.LAPSED


@pytest.mark.parametrize(
    ("reason", "by", "acts"),
    [
        (NOT_ME, "owner", (Act.LOCK, Act.RECOVER)),
        (LOCKED, "support", (Act.UNLOCK,)),
        ("operator:account:locked", "operator", (Act.UNLOCK,)),
        (DUPLICATE, "duplicate", ()),
        (SET_ASIDE, "duplicate", ()),
        ("imported", "elsewhere", (Act.UNLOCK,)),
        (None, "elsewhere", (Act.UNLOCK,)),
    ],
)
def test_what_may_be_done_to_a_locked_account_depends_on_who_locked_it(
    reason: str | None, by: str, acts: tuple[Act, ...]
) -> None:
    record = locked(reason)
    assert locked_by(record) == by
    assert shown(record, PROVIDER.sealer, NOW).acts == acts


def test_an_open_account_has_nothing_to_unlock_but_wrong_passwords() -> None:
    assert shown(RECORD, PROVIDER.sealer, NOW).acts == (Act.LOCK, Act.SIGN_OUT, Act.RECOVER)
    assert changes_something(Act.UNLOCK, replace(RECORD, wrong_passwords=3))


def test_what_the_owner_locked_is_opened_by_recovery_alone() -> None:
    """Whoever calls the desk may be the one whom it was locked against."""
    with pytest.raises(ConflictError):
        changes_something(Act.UNLOCK, locked(NOT_ME))


def test_a_second_press_changes_nothing() -> None:
    assert not changes_something(Act.LOCK, locked(LOCKED))
    assert not changes_something(Act.UNLOCK, RECORD)
    assert not changes_something(Act.SIGN_OUT, replace(RECORD, sessions=0, grants=0))


@pytest.mark.parametrize("permission", [Permission.PEOPLE_FIND, Permission.PEOPLE_CHANGE])
def test_a_role_over_an_agency_reaches_nobody(permission: Permission) -> None:
    assert allows_somewhere(administrator("support", Role.SUPPORT).grants, permission)
    assert not allows_somewhere(administrator("support", Role.SUPPORT, "H37").grants, permission)
