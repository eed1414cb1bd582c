"""How many one-time codes leave (seen: 30 SMS to one phone in a minute)."""

import pytest

from idp.account.notices.message_ceilings import Asker, Ceiling, MessageCeilings, TooManyCodesError
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.kernel.clock import SystemClock
from idp.kernel.secrets import HashKey
from idp.settings.limits import BOUNDS, STANDARD, Limit

PHONE = "+84500000101"
KNOWN = Asker("", known=True)
STRANGERS, EVERYBODY = BOUNDS[Limit.PHONE_CODES].default, BOUNDS[Limit.PHONE_MESSAGES].default
NOTICES = EVERYBODY // 3
OF_NETWORK = BOUNDS[Limit.NETWORK_CODES].default


class Reported:
    """Keeps what is reported of the service's ceiling."""

    def __init__(self) -> None:
        self.percents: list[int] = []

    def at_ceiling(self, percent: int) -> None:
        self.percents.append(percent)


class Few:
    """A service that sends few codes."""

    def limit(self, limit: Limit) -> int:
        return 10 if limit is Limit.SERVICE_CODES else BOUNDS[limit].default


def ceilings(few: Few | None = None, reported: Reported | None = None) -> MessageCeilings:
    store, index = MemoryShortLivedStore(SystemClock()), HashKey(b"i" * 32)
    return MessageCeilings(store, index, few or STANDARD, reported or Reported())


def stranger(number: int) -> Asker:
    return Asker(f"192.0.2.{number}")


async def reached(at: MessageCeilings, asker: Asker, to: str = PHONE) -> Ceiling | None:
    try:
        await at.check(to, "sms", asker)
    except TooManyCodesError as error:
        return error.ceiling
    return None


async def test_one_phone_has_one_ceiling_over_all_networks_and_reasons() -> None:
    at = ceilings()
    sent = [await reached(at, stranger(number)) for number in range(30)]
    assert sent == [None] * STRANGERS + [Ceiling.ADDRESS] * (30 - STRANGERS)
    assert await reached(at, stranger(31), "+84500000102") is None


async def test_strangers_leave_the_owner_of_a_phone_their_part_of_it() -> None:
    at = ceilings()
    for number in range(30):
        await reached(at, stranger(number))
    rest = EVERYBODY - NOTICES - STRANGERS
    assert [await reached(at, KNOWN) for _ in range(rest + 1)] == [None] * rest + [Ceiling.ADDRESS]


async def test_one_network_has_one_ceiling_over_all_phones_and_leaves_the_service_its_own() -> None:
    at = ceilings()
    sent = [await reached(at, stranger(1), f"+845{number:08d}") for number in range(OF_NETWORK + 5)]
    assert sent == [None] * OF_NETWORK + [Ceiling.NETWORK] * 5
    assert await reached(at, stranger(2)) is None


async def test_the_service_has_a_ceiling_of_which_strangers_have_a_part() -> None:
    at = ceilings(Few())
    strangers = [await reached(at, stranger(number), f"+845{number:08d}") for number in range(8)]
    assert strangers == [None] * 6 + [Ceiling.SERVICE] * 2
    known = [await reached(at, KNOWN, f"+846{number:08d}") for number in range(5)]
    assert known == [None] * 4 + [Ceiling.SERVICE]


async def test_reaching_the_ceiling_of_the_service_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    at = ceilings(Few())
    for number in range(20):
        await reached(at, KNOWN, f"+846{number:08d}")
    said = capsys.readouterr()
    assert (said.out + said.err).count("code_ceiling_reached") == 1
    assert (said.out + said.err).count("code_ceiling_near") == 1


async def test_all_that_leaves_to_one_phone_is_within_one_ceiling_and_no_reason_keeps_another_back() -> None:
    at = ceilings()
    assert [await at.admit_notice(PHONE) for _ in range(10)].count(True) == NOTICES
    codes = [await reached(at, KNOWN) for _ in range(20)].count(None)
    assert (codes, codes + NOTICES) == (EVERYBODY - NOTICES, EVERYBODY)
    other = ceilings()
    for _ in range(20):
        await reached(other, KNOWN)
    assert await other.admit_notice(PHONE)


async def test_operators_hear_of_codes_and_of_notices_near_and_at_the_ceiling_of_the_service() -> None:
    reported = Reported()
    at = ceilings(Few(), reported)
    for number in range(20):
        await reached(at, KNOWN, f"+846{number:08d}")
    assert reported.percents == [80, 100]
    assert all([await at.admit_notice(f"+847{number:08d}") for number in range(20)])
    assert reported.percents == [80, 100, 80, 100]


async def test_an_e_mail_is_counted_for_its_address_and_costs_the_service_no_sms() -> None:
    at = ceilings(Few())
    for number in range(30):
        await at.check(f"person{number}@example.vn", "email", KNOWN)
    assert await reached(at, KNOWN) is None
