"""The page of an old portal whose call is refused."""

from datetime import date

from idp.web.legacy.pages import DialectRefusedPage


def dialect_refused_page(text: str) -> DialectRefusedPage:
    """Return the page of a portal whose last day is over and that wanted to sign the person out."""
    return DialectRefusedPage(
        other_language_url=f"/oidc/logout?lang=en&x={text}",
        code=text,
        reason="ended",
        ended_on=date(2026, 6, 30),
        reference=text,
        sign_out_url="/logout",
    )
