"""The pages of upstream providers with data in every field."""

from collections.abc import Iterator

from idp.upstream.errors import Why
from idp.upstream.first_time import Possible
from idp.web.http.page import Page
from idp.web.http.texts import Message
from idp.web.upstream.pages import (
    LINK_DONE,
    LinkChoice,
    LinkedUpstream,
    UpstreamChoice,
    UpstreamFirstPage,
    UpstreamPart,
    UpstreamsPage,
)
from records.structs import replace
from tests.unit.web_pages.samples.account import shell


def upstream_part(text: str, *, first: bool = False, why: Why | None = None) -> UpstreamPart:
    """Return one provider that was used last and one that is away."""
    return UpstreamPart(
        action=f"/sign-in/upstream?x={text}",
        hidden=(("form", text),),
        choices=(
            UpstreamChoice(id="vneid", name=text, used_last=True, working=True),
            UpstreamChoice(id="other", name=text, used_last=False, working=False),
        ),
        first=first,
        why=why,
    )


def upstream_first_page(text: str, possible: Possible) -> UpstreamFirstPage:
    """Return the page of a first sign-in after a wrong password and a wrong phone."""
    return UpstreamFirstPage(
        other_language_url=f"?x={text}",
        action=f"/sign-in/upstream/first?u={text}",
        hidden=((text, text),),
        provider_name=text,
        display_name=text,
        masked_number=f"0018••••0001{text}",
        possible=possible,
        phone=text,
        error=Message("wrong_password"),
        phone_error=Message("phone_format") if possible is Possible.LINK_OR_OPEN else None,
        recover_url=f"/recover?x={text}",
    )


def upstream_pages(text: str) -> Iterator[Page]:
    """Yield every page of upstream providers, built around one text."""
    yield from (upstream_first_page(text, possible) for possible in Possible)
    page = UpstreamsPage(
        other_language_url=f"?x={text}",
        action="/account/upstreams",
        hidden=((text, text),),
        shell=shell(text, "factors"),
        links=(LinkedUpstream(mark="0" * 32, provider_name=text, linked_at=text, last_used=text),),
        link_action=f"/account/upstreams/link?x={text}",
        choices=(LinkChoice(id="other", name=text),),
        provers=(LinkChoice(id="waits:other", name=text),),
        shared_computer=False,
        done=None,
        error=Message("upstream_not_unlinked"),
    )
    yield page
    yield from (replace(page, done=done, error=None) for done in LINK_DONE.values())
    yield replace(page, shared_computer=True)
