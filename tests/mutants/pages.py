"""Faults of the pages: what protects them, and what makes them readable for everybody."""

from tests.mutants.fault import Fault

FAULTS = (
    Fault(
        id="token-of-any-form",
        area="pages",
        breaks="SE-7: a form is taken with the token of this browser and this matter only.",
        file="idp/web/http/page_context.py",
        text="""            or not _is_hex(token)
            or not self.form_key.matches(f"{browser}|{about}", bytes.fromhex(token))
""",
        instead="            or not _is_hex(token)\n",
        tests=("tests/security/test_cross_site*.py",),
    ),
    Fault(
        id="error-page-without-policy",
        area="pages",
        breaks="Every page has a Content-Security-Policy, one that tells an error too.",
        file="idp/web/http/page_context.py",
        text='        response.headers["Content-Security-Policy"] = _policy(nonce, targets, connect, frames)\n',
        instead="""        if status < 400:
            response.headers["Content-Security-Policy"] = _policy(nonce, targets, connect, frames)
""",
        tests=("tests/security/test_page_headers*.py",),
    ),
    Fault(
        id="name-not-escaped",
        area="pages",
        breaks="A text of somebody else changes no element of a page.",
        file="idp/web/sign_in/templates/consent.html",
        text="<p>{{ t('consent.signed_in_as', name=page.display_name) }}</p>\n",
        instead="<p>{{ t('consent.signed_in_as', name=page.display_name) | safe }}</p>\n",
        tests=("tests/unit/web_pages/test_every_page*.py",),
    ),
    Fault(
        id="always-in-vietnamese",
        area="pages",
        breaks="WCAG 3.1.1: a page says which language it is in.",
        file="idp/web/http/templates/layout.html",
        text='<html lang="{{ locale }}">\n',
        instead='<html lang="vi">\n',
        tests=("tests/unit/web_pages/test_every_page*.py",),
    ),
    Fault(
        id="box-without-label",
        area="pages",
        breaks="WCAG 1.3.1: every input has a label of its own.",
        file="idp/web/http/templates/form.html",
        text="""aria-describedby="{{ id }}-hint">
<label for="{{ id }}">{{ label }}</label>
""",
        instead="""aria-describedby="{{ id }}-hint">
<span>{{ label }}</span>
""",
        tests=("tests/unit/web_pages/test_every_page*.py",),
    ),
)
