"""The gateways of messages to people, from the settings."""

from contextlib import AsyncExitStack

from idp.adapters.egress.allow import parse_allow
from idp.adapters.egress.dialler import GuardedDialler
from idp.adapters.egress.guarded import GuardedCaller
from idp.adapters.messaging.channels import ByChannel
from idp.adapters.messaging.gateway import HttpMessageGateway
from idp.adapters.messaging.smtp import MailServer, SmtpGateway
from idp.environment import Settings
from idp.kernel.messages import MessageChannel, MessageGateway


async def compose_gateways(settings: Settings, stack: AsyncExitStack) -> ByChannel:
    """Return what messages leave by: all by the HTTP gateway, but e-mails by a mail server where one is set."""
    ways: dict[MessageChannel, MessageGateway] = {}
    if settings.message_gateway_url:
        # A client of its own: its certificate is shown to nobody else, and portals do not use up its connections.
        caller = await stack.enter_async_context(gateway_caller(settings))
        http = HttpMessageGateway(caller, settings.message_gateway_url, headers=settings.message_gateway_headers)
        ways = {"sms": http, "email": http}
    if (mail := compose_mail(settings)) is not None:
        ways["email"] = mail
    return ByChannel(ways)


def compose_mail(settings: Settings) -> SmtpGateway | None:
    """Return what hands e-mails to the mail server; None where none is set."""
    if not settings.smtp_url:
        return None
    server = MailServer(
        settings.smtp_url, settings.smtp_sender, settings.smtp_user, settings.smtp_password.get_secret_value()
    )
    return SmtpGateway(server, GuardedDialler(parse_allow(settings.egress_allow)), settings.extra_ca_file)


def gateway_caller(settings: Settings) -> GuardedCaller:
    """Return the client that calls the HTTP gateway."""
    certificate, key = settings.message_gateway_cert, settings.message_gateway_key
    shows = None if certificate is None or key is None else (certificate, key)
    return GuardedCaller(parse_allow(settings.egress_allow), settings.extra_ca_file, shows=shows)
