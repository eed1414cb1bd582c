"""`idp doctor` tries the mail server as a message would, and sends none."""

from pathlib import Path
from typing import Any

from aiosmtpd.smtp import AuthResult

from idp.cli.doctor.findings import Finding
from idp.cli.doctor.mail import check_mail_server
from idp.environment import Settings
from tests.contract.egress.test_gateways import SENDER, Mailbox, mail_server
from tests.support.running.free_ports import free_port


def settings(port: int, folder: Path, **more: str) -> Settings:
    return Settings.model_validate(
        {
            "issuer": "http://localhost:8000",
            "database_url": f"sqlite+aiosqlite:///{folder}/x.db",
            "master_key_file": folder / "master.key",
            "egress_allow": f"localhost:{port}",
            "smtp_url": f"smtp://localhost:{port}",
            "smtp_sender": SENDER,
            **more,
        }
    )


async def looked_at(folder: Path, *, more: dict[str, str] | None = None, **said: Any) -> tuple[Finding, Mailbox]:
    box = Mailbox()
    async with mail_server(box, **said) as port:
        (found,) = await check_mail_server(settings(port, folder, **(more or {})))
    return found, box


async def test_a_server_that_takes_us_is_ok_and_gets_no_message(tmp_path: Path) -> None:
    found, box = await looked_at(tmp_path)
    assert (found.what, found.verdict, box.envelopes) == ("mail server", "ok", [])


async def test_a_server_that_refuses_our_password_is_found(tmp_path: Path) -> None:
    asked: list[object] = []

    def refuse(*reported: object) -> AuthResult:
        asked.append(reported)
        return AuthResult(success=False, handled=False)

    found, box = await looked_at(
        tmp_path,
        more={"smtp_user": "idp", "smtp_password": "not-the-password-at-all"},
        authenticator=refuse,
        auth_require_tls=False,
    )
    assert (found.verdict, "535" in found.found, "IDP_SMTP_PASSWORD" in found.remedy) == ("fail", True, True)
    assert "not-the-password-at-all" not in f"{found.found} {found.remedy}"
    assert (len(asked) > 0, box.envelopes) == (True, [])


async def test_a_server_that_is_down_or_may_not_be_called_is_found(tmp_path: Path) -> None:
    port = free_port()
    (down,) = await check_mail_server(settings(port, tmp_path))
    (refused,) = await check_mail_server(settings(port, tmp_path, egress_allow=""))
    assert (down.verdict, "connection" in down.found) == ("fail", True)
    assert (refused.verdict, "IDP_EGRESS_ALLOW" in refused.remedy) == ("fail", True)


async def test_where_none_is_set_none_is_looked_at(tmp_path: Path) -> None:
    assert await check_mail_server(settings(1, tmp_path, smtp_url="", smtp_sender="")) == []
