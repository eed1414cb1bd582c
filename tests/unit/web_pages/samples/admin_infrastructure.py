"""The console's pages of signing keys, registers and upstream providers."""

from idp.admin.infrastructure.signing_keys import KeyPhase
from idp.outbound.health import ServiceState
from idp.outbound.record import FaultKind
from idp.proofing.registers.health import RegisterName
from idp.upstream.model import Trust
from idp.web.admin.infrastructure import pages
from idp.web.admin.pages import FieldProblem
from idp.web.admin.shell_page import AdminShell
from idp.web.http.page import Page
from idp.web.status.pages import CONDITIONS


def infrastructure_pages(shell: AdminShell, text: str) -> list[Page]:
    """Return each page with everything, and with as little as there can be."""
    keys = tuple(
        pages.KeyRow(
            kid="NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
            algorithm="ES256",
            phase=phase,
            signs_from=text,
            signs_until=text,
            published_until=text,
            tokens_until=text if phase is KeyPhase.RETIRING else "",
        )
        for phase in KeyPhase
    )
    return [
        pages.KeysPage(
            other_language_url=f"?x={text}",
            action=f"/admin/keys?x={text}",
            hidden=((text, text),),
            shell=shell,
            keys=keys,
            next_rotation=text,
            lead_minutes=10,
            typed_minutes=text,
            may_change=True,
            problems=_problem(text),
        ),
        pages.KeysPage(
            other_language_url=f"?x={text}",
            action="/admin/keys",
            hidden=(),
            shell=shell,
            keys=(_bare_key(text),),
            next_rotation="",
            lead_minutes=10,
            typed_minutes="10",
            may_change=False,
            problems=(),
        ),
        pages.RegistersPage(
            other_language_url=f"?x={text}",
            action=f"/admin?x={text}",
            hidden=((text, text),),
            may_change=True,
            problems=_problem(text),
            shell=shell,
            registers=(
                _register(text, RegisterName.POPULATION, _line(text, ServiceState.OPEN)),
                _register("", RegisterName.ENTERPRISE, _unasked()),
            ),
        ),
        pages.UpstreamsPage(
            other_language_url=f"?x={text}",
            action=f"/admin?x={text}",
            hidden=((text, text),),
            may_change=True,
            problems=_problem(text),
            shell=shell,
            upstreams=(
                *(_upstream(text, trust, _line(text, ServiceState.SLOW)) for trust in Trust),
                _upstream("", Trust.LOGIN_ONLY, _unasked()),
            ),
        ),
        pages.UpstreamsPage(
            other_language_url=f"?x={text}",
            action="/admin",
            hidden=(),
            may_change=False,
            problems=(),
            shell=shell,
            upstreams=(),
        ),
    ]


def _problem(text: str) -> tuple[FieldProblem, ...]:
    return (FieldProblem(field="reason", said={"vi": text, "en": text}),)


def _bare_key(text: str) -> pages.KeyRow:
    return pages.KeyRow(
        kid=text,
        algorithm=text,
        phase=KeyPhase.SIGNING,
        signs_from=text,
        signs_until="",
        published_until="",
        tokens_until="",
    )


def _line(text: str, state: ServiceState) -> pages.ServiceFacts:
    faults = tuple(pages.FaultRow(cause=text, kind=kind, count=3, last_at=text) for kind in FaultKind)
    return pages.ServiceFacts(
        condition=CONDITIONS[state],
        state=state,
        since=text,
        last_answer=text,
        p50=text,
        p95=text,
        counted=200,
        faults=faults,
    )


def _unasked() -> pages.ServiceFacts:
    state = ServiceState.UNASKED
    return pages.ServiceFacts(
        condition=CONDITIONS[state], state=state, since="", last_answer="", p50="", p95="", counted=0, faults=()
    )


def _register(text: str, name: RegisterName, facts: pages.ServiceFacts) -> pages.RegisterRow:
    return pages.RegisterRow(
        name=name,
        host=text,
        in_service=bool(text),
        seconds=6,
        facts=facts,
        waiting=7 if text else 0,
        oldest=text,
        feed=text,
        reads_on=text,
    )


def _upstream(text: str, trust: Trust, facts: pages.ServiceFacts) -> pages.UpstreamRow:
    return pages.UpstreamRow(
        id=trust if text else "none",
        name=text or "VNeID",
        issuer=text,
        trust=trust,
        offered=bool(text),
        facts=facts,
        metadata_at=text,
        keys_at=text,
    )
