"""What every way to people keeps, by HTTP and by SMTP: the same message, a hundred kinds of answer, one judgement."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from idp.adapters.egress.allow import parse_allow
from idp.adapters.egress.dialler import GuardedDialler
from idp.adapters.messaging.gateway import HttpMessageGateway
from idp.adapters.messaging.smtp import MailServer, SmtpGateway
from idp.kernel.messages import DeliveryResult, MessageGateway
from tests.contract.egress.callers import guarded
from tests.contract.egress.local_server import local_server, says
from tests.support.patience import patiently
from tests.support.running.certificates import write_certificate
from tests.support.running.free_ports import free_port

TO, TEXT, SUBJECT = "citizen@mail.example", "Mã xác nhận: 123456.\nKhông đưa mã này cho ai.\n", "Mã xác nhận"
SENDER = "khong-tra-loi@dangnhap.example"
HTTP_STATUS = {"accepts": 202, "busy": 503, "refuses": 400}
SMTP_REPLY = {"accepts": "250 OK", "busy": "451 later", "refuses": "550 no"}


@dataclass(slots=True)
class Mailbox:
    """A mail server of aiosmtpd's: replies so to each mail, and keeps what it took."""

    reply: str = "250 OK"
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        read = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(read, EmailMessage)
        self.mails.append(read)
        self.envelopes.append(envelope)
        return self.reply


@asynccontextmanager
async def mail_server(box: Mailbox, tls: ssl.SSLContext | None = None, **said: Any) -> AsyncIterator[int]:
    loop, served = asyncio.get_running_loop(), list[SMTP]()

    def serve() -> SMTP:
        served.append(SMTP(box, hostname="mail.example", **said))
        return served[-1]

    server = await loop.create_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for transport in (one.transport for one in served if one.transport is not None):
            transport.close()
        # What was said last is sent, and both sides close, before the loop ends.
        async with asyncio.timeout(patiently(5).total_seconds()):
            while any(one.transport is not None for one in served):  # noqa: ASYNC110 (aiosmtpd tells nobody)
                await asyncio.sleep(0.005)


def by_smtp(port: int, scheme: str = "smtp", *, allow: str = "", ca: Path | None = None, **said: str) -> SmtpGateway:
    allowed = GuardedDialler(parse_allow(allow or f"localhost:{port}"))
    return SmtpGateway(MailServer(f"{scheme}://localhost:{port}", SENDER, **said), allowed, ca, patiently(2))


@asynccontextmanager
async def http_way(answer: str) -> AsyncIterator[MessageGateway]:
    behave = says(f"HTTP/1.1 {HTTP_STATUS[answer]} Said\r\nContent-Length: 0\r\n\r\n".encode())
    async with local_server(behave) as server, guarded(server.allow) as caller:
        yield HttpMessageGateway(caller, server.url())


@asynccontextmanager
async def smtp_way(answer: str) -> AsyncIterator[MessageGateway]:
    async with mail_server(Mailbox(SMTP_REPLY[answer])) as port:
        yield by_smtp(port)


AuthenticationMethod = Callable[[str], AbstractAsyncContextManager[MessageGateway]]
WAYS = pytest.mark.parametrize("way", [http_way, smtp_way], ids=["http", "smtp"])


async def sent(gateway: MessageGateway, to: str = TO, subject: str = SUBJECT) -> DeliveryResult:
    return await gateway.send("m-1", "email", to, TEXT, subject)


@WAYS
@pytest.mark.parametrize(
    ("answer", "delivered", "try_again"),
    [("accepts", True, False), ("busy", False, True), ("refuses", False, False)],
)
async def test_what_an_answer_means(way: AuthenticationMethod, answer: str, delivered: bool, try_again: bool) -> None:
    async with way(answer) as gateway:
        result = await sent(gateway)
    assert (result.delivered, result.try_again) == (delivered, try_again)


@pytest.mark.parametrize("scheme", ["http", "smtp"])
async def test_a_way_that_is_down_is_worth_a_new_try(scheme: str) -> None:
    port = free_port()
    async with guarded(f"127.0.0.1:{port}") as caller:
        http = HttpMessageGateway(caller, f"http://127.0.0.1:{port}/messages")
        result = await sent(http if scheme == "http" else by_smtp(port))
    assert result == DeliveryResult(delivered=False, result="connection", try_again=True)


@pytest.mark.parametrize("scheme", ["http", "smtp"])
async def test_a_way_that_says_nothing_is_waited_for_no_longer_than_the_deadline(scheme: str) -> None:
    async def silent(_: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    deadline = timedelta(milliseconds=300)
    async with local_server(silent) as server, guarded(server.allow) as caller:
        http = HttpMessageGateway(caller, server.url(), deadline)
        mail = SmtpGateway(
            MailServer(f"smtp://{server.allow}", SENDER), GuardedDialler(parse_allow(server.allow)), None, deadline
        )
        result = await sent(http if scheme == "http" else mail)
    assert result == DeliveryResult(delivered=False, result="timeout", try_again=True)


async def test_a_mail_arrives_as_it_was_written_with_its_id_and_answered_by_no_machine() -> None:
    box = Mailbox()
    async with mail_server(box) as port:
        assert await sent(by_smtp(port)) == DeliveryResult(delivered=True, result="250", try_again=False)
    (mail,), (envelope,) = box.mails, box.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [TO])
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, TO, SUBJECT)
    assert mail.get_content().replace("\r\n", "\n") == TEXT
    assert mail["Message-ID"] == "<m-1@dangnhap.example>"
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("hostile", ["a@b.example\r\nBcc: all@b.example", "a@b.example\nRCPT TO:<c@d.example>"])
async def test_an_address_that_would_begin_another_header_is_sent_nowhere(hostile: str) -> None:
    box = Mailbox()
    async with mail_server(box) as port:
        refused = await sent(by_smtp(port), to=hostile)
        assert refused == DeliveryResult(delivered=False, result="refused", try_again=False)
        assert (await sent(by_smtp(port))).delivered
    assert len(box.mails) == 1


async def test_a_text_message_does_not_leave_by_mail() -> None:
    async with mail_server(Mailbox()) as port:
        result = await by_smtp(port).send("m-1", "sms", "+84912345678", TEXT)
    assert result == DeliveryResult(delivered=False, result="no_way", try_again=False)


async def test_ss_1_a_private_mail_server_that_no_setting_names_is_not_called() -> None:
    box = Mailbox()
    async with mail_server(box) as port:
        assert (await sent(by_smtp(port, allow="mail.example"))).result == "refused"
        assert (await sent(by_smtp(port))).delivered


def tls_of(folder: Path) -> tuple[ssl.SSLContext, Path]:
    certificate, key = write_certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context, certificate


async def test_rfc8314_3_3_tls_from_the_first_byte_with_a_trusted_certificate_only(tmp_path: Path) -> None:
    (context, authority), box = tls_of(tmp_path), Mailbox()
    async with mail_server(box, context) as port:
        assert (await sent(by_smtp(port, "smtps"))).result == "certificate"
        assert box.mails == []
        assert (await sent(by_smtp(port, "smtps", ca=authority))).delivered


async def test_rfc3207_a_server_that_offers_starttls_is_spoken_to_under_it(tmp_path: Path) -> None:
    (context, authority), box = tls_of(tmp_path), Mailbox()
    async with mail_server(box, tls_context=context, require_starttls=True) as port:
        assert (await sent(by_smtp(port))).result == "certificate"
        assert (await sent(by_smtp(port, ca=authority))).delivered


async def test_a_server_without_tls_gets_nothing_unless_the_allow_list_names_it() -> None:
    box = Mailbox()
    async with mail_server(box) as port:
        # The address may be called, by its network; the host is not named.
        result = await sent(by_smtp(port, allow="127.0.0.0/8,::1/128"))
        assert (result.delivered, box.mails) == (False, [])
        assert (await sent(by_smtp(port))).delivered


async def test_we_show_who_we_are_to_a_mail_server_that_asks(tmp_path: Path) -> None:
    (context, authority), box = tls_of(tmp_path), Mailbox()

    def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        login, password = getattr(data, "login", b""), getattr(data, "password", b"")
        return AuthResult(success=(login, password) == (b"sign-on", b"right"), handled=False)

    asks: dict[str, Any] = {
        "tls_context": context,
        "auth_required": True,
        "auth_require_tls": True,
        "authenticator": known,
    }
    async with mail_server(box, **asks) as port:
        wrong = await sent(by_smtp(port, ca=authority, user="sign-on", password="wrong"))
        assert (wrong.result, wrong.try_again) == ("535", True)
        assert (await sent(by_smtp(port, ca=authority, user="sign-on", password="right"))).delivered


async def test_the_gateway_gets_the_header_that_shows_who_we_are() -> None:
    async with (
        local_server(says(b"HTTP/1.1 202 Said\r\nContent-Length: 0\r\n\r\n")) as server,
        guarded(server.allow) as c,
    ):
        await sent(HttpMessageGateway(c, server.url(), headers={"X-Api-Key": "from-the-carrier"}))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert b"x-api-key: from-the-carrier" in head.lower()
    assert orjson.loads(body)["to"] == TO


async def test_the_gateway_is_shown_our_certificate_and_takes_nothing_without(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    server_files, ours = write_certificate(tmp_path), write_certificate(tmp_path / "ours")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=ours[0])
    context.load_cert_chain(*server_files)
    context.verify_mode = ssl.CERT_REQUIRED
    async with local_server(says(b"HTTP/1.1 202 Said\r\nContent-Length: 0\r\n\r\n"), context) as server:
        url, allow = server.url("localhost", "https"), f"localhost:{server.port}"
        async with guarded(allow, server_files[0]) as unknown:
            assert not (await sent(HttpMessageGateway(unknown, url))).delivered
        async with guarded(allow, server_files[0], shows=ours) as known:
            assert (await sent(HttpMessageGateway(known, url))).delivered
