"""The three numbers of an approval, and which sessions may choose one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.account.notices.messages import Messages
from idp.account.notices.service import Notices
from idp.factors.approval_model import Approval
from idp.factors.approvals import Approvals
from idp.kernel.clock import SystemClock
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, ApprovalId, PersonId, SessionId, new_id
from idp.kernel.secrets import HashKey
from idp.web.messages.catalogue import email_text, sms_text
from tests.support.builders.protocol import PROVIDER

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


class NoQuestions:
    """Implements `ApprovalReader` and `Ledger` where nothing was asked."""

    async def open_for(self, person_id: PersonId, account_id: AccountId, now: datetime) -> list[Approval]:
        return []

    async def by_id(self, person_id: PersonId, approval_id: ApprovalId) -> Approval | None:
        return None

    async def has_approver(
        self,
        person_id: PersonId,
        account_id: AccountId,
        asking_session_id: SessionId,
        now: datetime,
    ) -> bool:
        return False

    async def commit(self, *effects: Effect) -> bool:
        return False

    def enqueue(self, *effects: Effect) -> None: ...


@pytest.fixture(scope="module")
def approvals() -> Approvals:
    notices = Notices(Messages(PROVIDER.sealer, sms_text, email_text), PROVIDER.sealer, HashKey(b"a" * 32))
    return Approvals(NoQuestions(), NoQuestions(), HashKey(b"k" * 32), SystemClock(), notices)


def asked(number: int) -> Approval:
    return Approval(
        ApprovalId(new_id()), PersonId("person"), AccountId("account"), number, "", "", NOW, NOW + timedelta(minutes=2)
    )


@given(number=st.integers(10, 99))
def test_three_different_numbers_of_two_digits_with_the_right_one_among_them(approvals: Approvals, number: int) -> None:
    chosen = approvals.choices(asked(number))
    assert len(set(chosen)) == 3
    assert number in chosen
    assert all(10 <= one <= 99 for one in chosen)


def test_the_order_tells_nothing(approvals: Approvals) -> None:
    places = {approvals.choices(question).index(50) for question in (asked(50) for _ in range(200))}
    assert places == {0, 1, 2}


def test_the_numbers_stay_when_the_page_is_opened_again(approvals: Approvals) -> None:
    question = asked(42)
    assert approvals.choices(question) == approvals.choices(question)
