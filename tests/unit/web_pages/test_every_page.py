"""What holds for every page in every language: escaping, the content policy, accessibility."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec.structs

from idp import web
from idp.factors.passkey.service import PasskeyPrompt
from idp.kernel.locales import LOCALES, Locale
from idp.upstream.first_time import Possible
from idp.web.account.joining_pages import JoiningPage
from idp.web.admin.administrators.pages import AdministratorPage
from idp.web.admin.clients.pages import ChangePage, ClientPage
from idp.web.admin.dynamic_registration.pages import PublishersPage
from idp.web.admin.infrastructure.pages import KeysPage, RegistersPage, UpstreamsPage
from idp.web.admin.people.pages import PersonPage
from idp.web.admin.settings.pages import SettingPage
from idp.web.factors.credential_pages import ContactsPage
from idp.web.factors.passkey_pages import PasskeyPart
from idp.web.http.page import FormPage, Page
from idp.web.http.rendering import Pages, read_templates
from idp.web.routes import TABLE
from idp.web.sign_in.pages import FormPostPage
from idp.web.upstream.pages import UpstreamFirstPage, UpstreamPart
from tests.unit.web_pages.document import Document
from tests.unit.web_pages.samples import every as samples
from tests.unit.web_pages.shown import NONCE, Sample, every_page, every_page_in_every_language, read, site_pages

HOSTILE = """"><script>alert(1)</script><img src=x onerror='alert(2)'>{{ 7 * 7 }}{page}"""
WEB = Path(web.__file__).parent
TEMPLATES = read_templates(WEB)


def kinds_of_page() -> Iterator[type[Page]]:
    for module in pkgutil.walk_packages(web.__path__, f"{web.__name__}."):
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and issubclass(kind, Page) and "template" in vars(kind):
                yield kind


def test_every_kind_of_page_has_a_sample_and_a_template_of_its_own() -> None:
    kinds = set(kinds_of_page())
    assert {type(page) for page in samples.every_page()} == kinds
    assert {kind.template for kind in kinds} == set(TEMPLATES) - {
        "http/layout.html",
        "http/form.html",
        "registration/identity_parts.html",
        "admin/layout.html",
        "admin/administrators/administrator_parts.html",
        "admin/clients/client_parts.html",
        "admin/dynamic_registration/registration_parts.html",
        "admin/infrastructure/line_parts.html",
        "admin/people/person_parts.html",
        "admin/settings/setting_parts.html",
        "account/parts.html",
        "delegation/principal.html",
        "developers/parts.html",
        "admin/agencies/agency_parts.html",
        "delegation/parts.html",
        "factors/passkey_sign_in_part.html",
        "factors/passkey_facts.html",
        "upstream/sign_in_part.html",
    }


@every_page
def test_every_field_of_a_page_is_shown(sample: Sample) -> None:
    shared = "".join(TEMPLATES[name][0] for name in ("http/layout.html", "http/form.html"))
    own = TEMPLATES[sample.page.template][0]
    included = "".join(TEMPLATES[name][0] for name in re.findall(r"(?:include|extends|import) '([\w/.]+)'", own))
    source = shared + own + included
    # Two fields reach the template through a property that reads them.
    source += " page.code page.errors " if "page.shown_as" in source or "page.wrong_entries" in source else ""
    unused = [f.name for f in msgspec.structs.fields(sample.page) if not re.search(rf"\bpage\.{f.name}\b", source)]
    assert unused == []


@every_page_in_every_language
def test_hostile_text_changes_no_element_of_a_page(sample: Sample, locale: Locale) -> None:
    hostile, plain = sample.read(locale, HOSTILE), sample.read(locale)
    shape = [(element.tag, list(element.attributes)) for element in hostile.elements]
    assert shape == [(element.tag, list(element.attributes)) for element in plain.elements]


@every_page
def test_hostile_text_arrives_as_the_text_it_is(sample: Sample) -> None:
    document = sample.read(text=HOSTILE)
    places = [text for element in document.elements for text in (element.text, *element.attributes.values())]
    assert any(HOSTILE in text for text in places)


@every_page_in_every_language
def test_csp3_no_page_needs_inline_script_or_style(sample: Sample, locale: Locale) -> None:
    document = sample.read(locale)
    scripts = document.all("script")
    assert all(script.attributes["src"].startswith("/static/") and not script.text for script in scripts)
    assert document.all("style") == []
    attributes = {name for element in document.elements for name in element.attributes}
    assert not {name for name in attributes if name == "style" or name.startswith("on")}


@every_page
def test_csp3_the_stylesheet_is_ours_and_carries_the_nonce(sample: Sample) -> None:
    (sheet,) = [link for link in sample.read().all("link") if link.attributes["rel"] == "stylesheet"]
    assert sheet.attributes["href"] == site_pages().assets.url("style.css")
    assert sheet.attributes["nonce"] == NONCE


@every_page
def test_nothing_is_loaded_from_elsewhere(sample: Sample) -> None:
    document = sample.read()
    loaded = [element.attributes["src"] for element in document.all("img")]
    loaded += [element.attributes["href"] for element in document.all("link")]
    assert [url for url in loaded if not url.startswith(("/static/", "/logos/"))] == []


@every_page_in_every_language
def test_wcag_3_1_1_the_language_of_the_page_is_told(sample: Sample, locale: Locale) -> None:
    assert sample.read(locale).all("html")[0].attributes == {"lang": locale}


@every_page
def test_wcag_3_1_2_the_language_switch_is_named_in_the_other_language(sample: Sample) -> None:
    others: tuple[tuple[Locale, str, str], ...] = (("vi", "en", "English"), ("en", "vi", "Tiếng Việt"))
    for locale, lang, name in others:
        link = sample.read(locale).by_id("other-language")
        assert link.attributes["href"] == sample.page.other_language_url
        assert (link.attributes["lang"], link.text) == (lang, name)


@every_page
def test_wcag_2_4_1_the_skip_link_comes_first_and_leads_to_main(sample: Sample) -> None:
    document = sample.read()
    assert document.all("a")[0].attributes["href"] == "#main"
    assert document.by_id("main").tag == "main"


@every_page_in_every_language
def test_wcag_2_4_2_title_and_single_heading_agree(sample: Sample, locale: Locale) -> None:
    document = sample.read(locale)
    (heading,) = document.all("h1")
    (title,) = document.all("title")
    assert title.text.endswith(f"{heading.text} – {samples.SITE.name[locale]}")


@every_page
def test_wcag_1_3_1_every_input_has_a_label(sample: Sample) -> None:
    document = sample.read()
    inputs = {e.attributes["id"] for e in document.all("input") if e.attributes["type"] != "hidden"}
    inputs |= {e.attributes["id"] for kind in ("select", "textarea") for e in document.all(kind)}
    labels = [element.attributes["for"] for element in document.all("label") if element.text]
    assert sorted(labels) == sorted(inputs)


@every_page
def test_wcag_1_3_5_every_input_says_what_may_fill_it(sample: Sample) -> None:
    inputs = [e for e in sample.read().all("input") if e.attributes["type"] not in {"hidden", "checkbox", "radio"}]
    # What administrators type is about somebody else: nothing that their browser remembers may fill it.
    fills = (
        {"off"}
        if sample.page.template.startswith("admin/")
        else {e.attributes["autocomplete"] for e in inputs} - {"", "off"}
    )
    assert all(element.attributes["autocomplete"] in fills for element in inputs)


@every_page
def test_ids_are_unique_and_references_between_elements_hold(sample: Sample) -> None:
    document = sample.read()
    ids = document.ids()
    assert len(ids) == len(set(ids))
    for element in document.elements:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set(element.attributes.get(name, "").split()) <= set(ids)
        if element.attributes.get("href", "").startswith("#"):
            assert element.attributes["href"][1:] in ids


@every_page
def test_every_form_is_a_post_with_its_hidden_fields(sample: Sample) -> None:
    page, document = sample.page, sample.read()
    hidden = [e.attributes for e in document.all("input") if e.attributes["type"] == "hidden"]
    # A search changes nothing, and its address can be kept and sent to a colleague.
    sent = [form for form in document.all("form") if form.attributes.get("role") != "search"]
    forms = [(form.attributes["method"], form.attributes["action"]) for form in sent]
    upstream = getattr(page, "upstream", None)
    beside = upstream if isinstance(upstream, UpstreamPart) else None
    own = list(getattr(page, "hidden", ())) * own_forms(page)
    expected = [*own, *passkey_fields(page), *(beside.hidden if beside else ())]
    assert [(entry["name"], entry["value"]) for entry in hidden] == expected
    actions = [page.action] * own_forms(page) if isinstance(page, FormPage) else []
    assert forms == [("post", action) for action in (*actions, *([beside.action] if beside else ()))]


def own_forms(page: Page) -> int:
    """Return how many forms a page has: one, but for the choice between ways that each have a field of their own."""
    if isinstance(page, UpstreamFirstPage):
        return {Possible.LINK_OR_OPEN: 3, Possible.LINK: 2, Possible.NOTHING: 1}[page.possible]
    if isinstance(page, AdministratorPage):
        # Taking roles back; confirming; then giving one; then another day, a new code, and withdrawing.
        return 1 + bool(page.digest) + bool(page.givable) + (2 + (page.state == "not_set_up")) * page.may_end
    # Each act on a client or a change is a form of its own, with its own reason.
    if isinstance(page, ClientPage):
        acts = (page.stage == "sandbox", page.uses_secret and page.may_rotate, page.may_stop and page.active)
        return 2 + sum(acts) + (not page.active)
    if isinstance(page, ChangePage):
        return 2 * page.may_decide + page.may_withdraw + page.may_undo + page.may_review
    # The fields, and the document beside them.
    if isinstance(page, SettingPage):
        return 2
    # Stopping what waits, or showing the other account; nothing for an account that is not proved.
    if isinstance(page, JoiningPage):
        return int(page.waiting is not None or page.proved)
    if isinstance(page, KeysPage | RegistersPage | UpstreamsPage | PersonPage | ContactsPage | PublishersPage):
        return forms_of_acts(page)
    return 1 if isinstance(page, FormPage) else 0


def forms_of_acts(page: KeysPage | RegistersPage | UpstreamsPage | PersonPage | ContactsPage | PublishersPage) -> int:
    """Return how many acts there are: a rotation and a revocation; the stop of each line that works; on a person."""
    match page:
        # Withdrawing what waits is apart from the fields, so that Enter in one of them withdraws nothing.
        case ContactsPage():
            return 1 + bool(page.waiting)
        case PublishersPage():
            return page.may_trust + any(one.may_distrust for one in page.publishers)
        case KeysPage():
            return 2 * page.may_change
        case RegistersPage():
            return sum(one.in_service for one in page.registers) * page.may_change
        case UpstreamsPage():
            return sum(one.offered for one in page.upstreams) * page.may_change
        case PersonPage():
            return len(page.forms)


def passkey_fields(page: Page) -> list[tuple[str, str]]:
    """Return what a page that asks for a passkey adds to its form, for script to fill."""
    part, prompt = getattr(page, "passkey", None), getattr(page, "prompt", None)
    if isinstance(part, PasskeyPart):
        prompt = part.prompt
    return [("challenge", prompt.name), ("credential", "")] if isinstance(prompt, PasskeyPrompt) else []


@every_page
def test_buttons_work_without_the_browser_refusing_empty_fields(sample: Sample) -> None:
    """Errors are ours to tell, in the person's language, and cancel must never need a filled form."""
    document = sample.read()
    assert all("novalidate" in form.attributes for form in document.all("form"))
    # What a response has besides its parameters would be one parameter more (OAuth 2.0 Form Post Response Mode 2).
    name = None if isinstance(sample.page, FormPostPage) else "action"
    assert all(button.attributes.get("name") == name for button in document.all("button"))


def test_the_footer_names_operator_and_help_line() -> None:
    for locale in LOCALES:
        (footer,) = read(samples.error_page(), locale).all("footer")
        assert samples.SITE.operator[locale] in footer.text
        assert "1800 0000" in footer.text


def test_without_a_help_line_the_footer_names_none() -> None:
    pages = Pages(msgspec.structs.replace(samples.SITE, help_line=None), TABLE)
    (footer,) = Document(pages.render(samples.error_page(), "vi", "n")).all("footer")
    assert footer.text.endswith("Đơn vị vận hành")
