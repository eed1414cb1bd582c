"""E-mails handed to a mail server by SMTP (RFC 5321), under TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import formatdate
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPResponseException
from aiosmtplib.errors import SMTPAuthenticationError, SMTPRecipientsRefused
from msgspec import Struct

from idp.kernel.messages import DeliveryResult, MessageChannel
from idp.outbound.http import Dialler, EgressError
from records.structs import Unprinted

_DEFAULT_DEADLINE = timedelta(seconds=10)
_PORTS = {"smtps": 465, "smtp": 587}


class MailServer(Unprinted, Struct, frozen=True):
    """Where mail is handed over: `smtps` is TLS from the first byte (RFC 8314 3.3), `smtp` turns to it (RFC 3207)."""

    url: str
    sender: str
    user: str = ""
    password: str = ""

    @property
    def scheme(self) -> str:
        """Return `smtps` or `smtp`."""
        return urlsplit(self.url).scheme

    @property
    def host(self) -> str:
        """Return the server's name."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Return the port; for submission where none is named (RFC 8314 7.3, RFC 6409 3.1)."""
        return urlsplit(self.url).port or _PORTS[self.scheme]


class SmtpGateway:
    """Sends e-mails by one mail server; implements `MessageGateway` for its channel.

    TLS always, but to a host that the allow list names and that does not offer it. The message's id is its Message-ID
    (RFC 5322 3.6.4), by which a mail server knows one that came before.
    """

    def __init__(
        self,
        server: MailServer,
        dialler: Dialler,
        extra_ca_file: Path | None = None,
        deadline: timedelta = _DEFAULT_DEADLINE,
    ) -> None:
        self._server = server
        self._dialler = dialler
        self._deadline = deadline
        self._tls = ssl.create_default_context()
        if extra_ca_file is not None:
            self._tls.load_verify_locations(extra_ca_file)

    async def send(
        self, message_id: str, channel: MessageChannel, to: str, text: str, subject: str = ""
    ) -> DeliveryResult:
        """Hand one e-mail over; a positive reply to its last byte means that the server has it (RFC 5321 4.2.5)."""
        if channel != "email":
            return DeliveryResult(delivered=False, result="no_way", try_again=False)
        try:
            mail = self._written(message_id, to, text, subject)
        except ValueError:
            return DeliveryResult(delivered=False, result="refused", try_again=False)
        try:
            async with asyncio.timeout(self._deadline.total_seconds()), self._connected() as smtp:
                await smtp.send_message(mail, sender=self._server.sender, recipients=[to])
        except (TimeoutError, OSError, EgressError, SMTPException) as error:
            return _judge(error)
        return DeliveryResult(delivered=True, result="250", try_again=False)

    async def try_out(self) -> DeliveryResult:
        """Do what comes before a message: connect, EHLO, TLS, AUTH; then leave (RFC 5321 4.1.1.10). None is sent."""
        try:
            async with asyncio.timeout(self._deadline.total_seconds()), self._connected():
                pass
        except (TimeoutError, OSError, EgressError, SMTPException) as error:
            return _judge(error)
        return DeliveryResult(delivered=True, result="250", try_again=False)

    def _written(self, message_id: str, to: str, text: str, subject: str) -> EmailMessage:
        """Return the mail; ValueError for a value that would begin another header."""
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"] = self._server.sender
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message_id}@{self._server.sender.rpartition('@')[2]}>"
        # RFC 3834 5: nobody's absence note answers it.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        return mail

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[SMTP]:
        server = self._server
        listed = self._dialler.names(server.host, server.port)
        smtp = SMTP(
            hostname=server.host,
            sock=await self._dialler.connect(server.host, server.port),
            use_tls=server.scheme == "smtps",
            # None: turned to TLS where it is offered. Without a listing, a server that offers none is not spoken to.
            start_tls=None if listed else server.scheme == "smtp",
            tls_context=self._tls,
            local_hostname=server.sender.rpartition("@")[2],
            username=server.user or None,
            password=server.password or None,
            timeout=self._deadline.total_seconds(),
        )
        async with smtp:
            yield smtp


def _judge(error: Exception) -> DeliveryResult:
    """Tell a bad moment from a refusal: a reply 4yz from 5yz (RFC 5321 4.2.1), and no reply is a bad moment."""
    refused = error.recipients[0] if isinstance(error, SMTPRecipientsRefused) else error
    if isinstance(refused, SMTPResponseException):
        # Who we are is refused, not the message: it waits until the operator has corrected the password.
        ours = isinstance(refused, SMTPAuthenticationError)
        return DeliveryResult(delivered=False, result=str(refused.code), try_again=ours or 400 <= refused.code < 500)
    return DeliveryResult(delivered=False, result=_cause(error), try_again=True)


def _cause(error: BaseException) -> str:
    """Return one word, the same as the guarded HTTP client's."""
    if isinstance(error, EgressError):
        return error.reason
    if isinstance(error, TimeoutError):
        return "timeout"
    tls = isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError)
    return "certificate" if tls else "connection"
