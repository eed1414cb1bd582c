"""Whose provider this is, until an operator's settings say so."""

from idp.web.pages.base import Site

SITE = Site(
    name={"vi": "Đăng nhập một lần - Dịch vụ công quốc gia", "en": "National public service sign-on"},
    operator={"vi": "Cổng Dịch vụ công quốc gia", "en": "National Public Service Portal of Viet Nam"},
    help_line="18001096",
)
