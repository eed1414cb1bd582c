"""The doctor's look at the mail server: connect, greet, turn to TLS, sign in, and leave. No message is sent."""

from idp.app.foundation.gateways import compose_mail
from idp.cli.doctor.findings import Finding, fail, ok
from idp.environment import Settings
from idp.kernel.messages import DeliveryResult

_WHAT = "mail server"
_REMEDIES = {
    "refused": "allow its address in IDP_EGRESS_ALLOW",
    "certificate": "if its authority is right, add it to IDP_EXTRA_CA_FILE; else ask its operator",
    "timeout": "ask its operator; if it moved, correct IDP_SMTP_URL",
    "connection": "start it, or correct IDP_SMTP_URL",
}
_OURS = "correct IDP_SMTP_USER and IDP_SMTP_PASSWORD, or ask its operator what it wants"


async def check_mail_server(settings: Settings) -> list[Finding]:
    """Return what is found; nothing where e-mails leave by the message gateway."""
    mail = compose_mail(settings)
    if mail is None:
        return []
    result = await mail.try_out()
    return [ok(_WHAT, "takes us") if result.delivered else _failed(result)]


def _failed(result: DeliveryResult) -> Finding:
    if result.result in _REMEDIES:
        return fail(_WHAT, f"takes no e-mail of ours ({result.result})", _REMEDIES[result.result])
    return fail(_WHAT, f"refuses us ({result.result})", _OURS)
