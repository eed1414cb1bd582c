"""The page of the choice for whom to act, with data in every field."""

from idp.delegation.model import MandateKind, Power
from idp.web.delegation.acting_pages import ActForChoice, ActForPage
from idp.web.http.texts import Message


def choice(text: str, number: int = 1, *, current: bool = False) -> ActForChoice:
    """Return a choice with a code."""
    return ActForChoice(
        number=number,
        value=f"mandate:{text}",
        name=text,
        code=text,
        kind=MandateKind.REPRESENTATIVE,
        powers=(Power.VIEW, Power.SIGN),
        ends_at=text,
        current=current,
    )


def act_for_page(text: str) -> ActForPage:
    """Return the choice between oneself and two principals; a third does not fit."""
    return ActForPage(
        other_language_url=f"?x={text}",
        action=f"/act-for/{text}",
        hidden=((text, text),),
        client_name=text,
        display_name=text,
        self_allowed=True,
        self_current=False,
        choices=(choice(text, current=True), choice(text, 2)),
        others=(choice(text, 3),),
        needed_powers=(Power.SIGN, Power.PAY),
        error=Message("mandate_gone"),
    )
