"""The page of an old portal whose call is refused."""

from datetime import date

from idp.web.legacy.pages import LegacyRefusedPage


def legacy_refused_page(text: str) -> LegacyRefusedPage:
    """Return the page of a portal whose last day is over and that wanted to sign the person out."""
    return LegacyRefusedPage(
        other_language_url=f"/oidc/logout?lang=en&x={text}",
        code=text,
        reason="ended",
        ended_on=date(2026, 6, 30),
        reference=text,
        sign_out_url="/logout",
    )
