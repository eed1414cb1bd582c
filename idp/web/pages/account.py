"""The pages of one's own account."""

from dataclasses import dataclass
from typing import ClassVar

from idp.accounts.model import ProofState
from idp.web.pages.base import FormPage


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHomePage(FormPage):
    """The person's own page; its form signs out. `acr` is one of `authentication.levels.ACR_VALUES`."""

    template: ClassVar[str] = "account_home.html"
    display_name: str
    masked_number: str
    acr: str
    proof: ProofState
    prove_url: str | None
