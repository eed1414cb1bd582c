"""The public status page."""

from idp.proofing.registers.health import RegisterName
from idp.web.status.pages import Condition, ExpectedLoad, RegisterStatus, StatusPage, UpstreamStatus


def status_page(text: str) -> StatusPage:
    """Return the page with one register that went silent and one that nobody asked."""
    return StatusPage(
        other_language_url=f"/status?lang=en&x={text}",
        sign_in=Condition.WORKING,
        registers=(
            RegisterStatus(name=RegisterName.POPULATION, condition=Condition.SILENT, since=text, last_answer=text),
            RegisterStatus(name=RegisterName.ENTERPRISE, condition=Condition.UNASKED, since="", last_answer=""),
        ),
        upstreams=(UpstreamStatus(id="vneid", name=text, condition=Condition.SILENT, since=text),),
        expected_load=(ExpectedLoad(id="tuyen-sinh", name=text, begins=text, ends=text),),
        at=text,
        reload_url="/status",
    )
