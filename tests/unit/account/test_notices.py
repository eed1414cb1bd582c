"""Telling a person: kept for the account page, sent to each contact, with a code that raises an alarm."""

from idp.account.model import EMAIL_PLACE, PHONE_PLACE
from idp.account.notices.messages import NOTICE_LIFE, Messages, OutgoingMessage, open_message
from idp.account.notices.model import AddNotice, IssueNotMeCode, NoticeKind
from idp.account.notices.service import NOT_ME_ALPHABET, NOT_ME_LETTERS, NOT_ME_LIFE, Notices, Reachable
from idp.kernel.effects import Effect
from idp.kernel.outbox import Enqueue
from idp.kernel.secrets import HashKey
from idp.web.messages.catalogue import email_text, sms_text
from records.structs import replace
from tests.support.builders.protocol import ACCOUNT, NOW, PROVIDER

SEALER = PROVIDER.sealer
ALARMS = HashKey(b"a" * 32)
NOTICES = Notices(Messages(SEALER, sms_text, email_text), SEALER, ALARMS)
PHONE, EMAIL = "+84912345678", "hoa@people.example"
BOTH = Reachable(
    ACCOUNT,
    SEALER.seal(PHONE.encode(), PHONE_PLACE.of(ACCOUNT.person_id)),
    SEALER.seal(EMAIL.encode(), EMAIL_PLACE.of(ACCOUNT.person_id)),
)


def reported(to: Reachable = BOTH, kind: NoticeKind = NoticeKind.PASSWORD_CHANGED) -> tuple[Effect, ...]:
    return NOTICES.tell(to, kind, NOW, {"browser": "Firefox, Linux"})


def sent(effects: tuple[Effect, ...]) -> dict[str, OutgoingMessage]:
    found: dict[str, OutgoingMessage] = {}
    for effect in effects:
        if isinstance(effect, Enqueue) and (effect.kind == "sms" or effect.kind == "email"):  # noqa: PLR1714
            found[effect.kind] = open_message(SEALER, effect.kind, effect.payload)
    return found


def test_every_contact_is_told_and_the_notice_is_kept() -> None:
    effects = reported()
    (kept,) = [effect.notice for effect in effects if isinstance(effect, AddNotice)]
    assert (kept.person_id, kept.kind, kept.at) == (ACCOUNT.person_id, NoticeKind.PASSWORD_CHANGED, NOW)
    assert {kind: message.to for kind, message in sent(effects).items()} == {"sms": PHONE, "email": EMAIL}


def test_without_contacts_the_notice_is_kept_all_the_same() -> None:
    effects = reported(Reachable(ACCOUNT, None, None))
    assert [type(effect) for effect in effects] == [AddNotice, IssueNotMeCode]


def test_both_messages_carry_the_one_code_whose_hash_is_armed() -> None:
    effects = reported()
    (not_me_code,) = [effect for effect in effects if isinstance(effect, IssueNotMeCode)]
    texts = [message.text for message in sent(effects).values()]
    words = [{word.strip(".,") for word in text.split()} for text in texts]
    (code,) = {word for word in words[0] & words[1] if ALARMS.matches(word, not_me_code.code_hash)}
    assert len(code) == NOT_ME_LETTERS
    assert set(code) <= set(NOT_ME_ALPHABET)
    assert not_me_code.expires_at == NOW + NOT_ME_LIFE


def test_the_stored_notice_does_not_hold_the_code() -> None:
    effects = reported()
    (kept,) = [effect.notice for effect in effects if isinstance(effect, AddNotice)]
    assert kept.details == {"browser": "Firefox, Linux"}


def test_two_notices_never_share_a_code() -> None:
    hashes = {effect.code_hash for _ in range(50) for effect in reported() if isinstance(effect, IssueNotMeCode)}
    assert len(hashes) == 50


def test_a_message_is_given_up_after_a_day_and_nothing_of_it_is_legible_in_the_outbox() -> None:
    for effect in reported():
        if isinstance(effect, Enqueue):
            assert effect.gives_up_at == NOW + NOTICE_LIFE
            assert PHONE.encode() not in effect.payload
            assert EMAIL.encode() not in effect.payload


def test_a_person_is_told_in_the_language_of_the_account() -> None:
    english = replace(BOTH, account=replace(ACCOUNT, locale="en"))
    assert sent(reported(english))["email"].subject == "Password changed"
    assert sent(reported())["email"].subject == "Đã đổi mật khẩu"
