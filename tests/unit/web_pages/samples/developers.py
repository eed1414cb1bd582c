"""The pages of portal teams."""

from datetime import timedelta

from idp.web.developers.pages import (
    ApiStep,
    BrowserAppsPage,
    CodePage,
    CodeSample,
    DevelopersPage,
    Endpoint,
    ErrorFamily,
    ErrorRow,
    ErrorsPage,
    LevelRow,
    LifetimeRow,
    MemberRow,
    ReferencePage,
    SandboxPerson,
    ScopeRow,
    TokenInspectorPage,
)
from idp.web.http.page import Page


def developer_pages(text: str) -> list[Page]:
    """Return every page of the corner with one row of each kind."""
    other = f"/developers?lang=en&x={text}"
    return [
        DevelopersPage(
            other_language_url=other,
            issuer=text,
            discovery_url=f"/{text}",
            api_url=f"/{text}",
            api_steps=(ApiStep(name="authorize", text=text), ApiStep(name="call", text=text)),
            people=(SandboxPerson(name=text, number=text, birthdate=text),),
            password=text,
            app_secret=text,
        ),
        ReferencePage(
            other_language_url=other,
            discovery_url=f"/{text}",
            metadata=((text, (text, text)),),
            endpoints=(Endpoint(name="token_endpoint", address=text, methods=(text,)),),
            scopes=(
                ScopeRow(name=text, claims=(text, text), meanings=("name",), governed=True),
                ScopeRow(name="none", claims=(), meanings=(), governed=False),
            ),
            levels=(LevelRow(acr=text, needs_proof=True, ways=(text, text)),),
            factors=("pwd",),
            lifetimes=(LifetimeRow(name="code_life", span=timedelta(seconds=60)),),
            profiles=("standard", "interoperable"),
            redirect_rules=("https",),
            members=(MemberRow(name=text, choices=(text,), default=text, required=True, rules=("keys-required",)),),
        ),
        CodePage(other_language_url=other, samples=(CodeSample(stack="python", text=text),)),
        BrowserAppsPage(
            other_language_url=other,
            registration=((text, text),),
            addresses=(text,),
            published=(text,),
            code=text,
            settings=("dpop", "iss"),
            access_token_life=timedelta(minutes=5),
            refresh_grace=timedelta(seconds=30),
            session_life=timedelta(hours=12),
            offline_life=timedelta(days=30),
        ),
        ErrorsPage(
            other_language_url=other,
            families=(ErrorFamily(name="token", rows=(ErrorRow(key="token.invalid_grant", code=text),)),),
            legacy=(("framed", text),),
            problems=(("not_found", 404),),
            page_codes=("not_found",),
        ),
        TokenInspectorPage(other_language_url=other, issuer=text, jwks_url=f"/{text}", texts=("good", "wrong")),
    ]
