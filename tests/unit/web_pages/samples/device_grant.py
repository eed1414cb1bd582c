"""The pages of a device's code with data in every field."""

from collections.abc import Iterator
from typing import get_args

from idp.web.device_grant.pages import (
    AskedEntry,
    AskedPage,
    DeviceCodePage,
    DeviceConfirmPage,
    DeviceDonePage,
    DeviceEnd,
)
from idp.web.http.page import Page
from idp.web.http.texts import Message
from idp.web.sign_in.pages import StateNotice
from records.structs import replace
from tests.unit.web_pages.samples.account import shell


def device_confirm_page(text: str) -> DeviceConfirmPage:
    """Return the page of an app of an agency, under a mandate."""
    return DeviceConfirmPage(
        other_language_url=f"?x={text}",
        action=f"/device/confirm?i={text}",
        hidden=((text, text),),
        display_name=text,
        code="BCDF-GHJK",
        message=text,
        asked_at=text,
        client_name=text,
        agency=text,
        logo_url=f"/logos/{text}",
        proven=False,
        claims=("pseudonym", "name"),
        notice=StateNotice(client_name=text, claims=("name",), legal_basis=text),
        policy_uri=f"https://bank.example/policy/{text}",
        acting_for=text,
        offline=True,
    )


def device_pages(text: str) -> Iterator[Page]:
    """Yield every page of a device's code, built around one text."""
    page = DeviceCodePage(
        other_language_url=f"?x={text}",
        action="/device",
        hidden=((text, text),),
        display_name=text,
        code=text,
        error=Message("device_code_wrong"),
    )
    yield page
    yield replace(page, error=None)
    confirm = device_confirm_page(text)
    yield confirm
    yield replace(confirm, proven=True, notice=None, agency="", logo_url=None, acting_for="", offline=False)
    yield replace(confirm, code="", proven=True)
    asked = AskedPage(
        other_language_url=f"?x={text}",
        action="/account/asked",
        hidden=((text, text),),
        shell=shell(text, "asked"),
        asked=(
            AskedEntry(number=1, id="0" * 64, client_name=text, message=text, asked_at=text),
            AskedEntry(number=2, id="1" * 64, client_name=text, message="", asked_at=text),
        ),
        done=None,
    )
    yield asked
    yield replace(asked, asked=(), done="allowed")
    for outcome in get_args(DeviceEnd):
        yield DeviceDonePage(
            other_language_url=f"?x={text}", outcome=outcome, again_url="/device", portals_url="/account/portals"
        )
