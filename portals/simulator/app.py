"""The simulator as an ASGI program: `uvicorn --factory portals.simulator.app:build_app --port 8200`."""

import os

from starlette.applications import Starlette
from starlette.routing import Route

from portals.hang_ups import HANG_UPS
from portals.simulator.change_controls import list_changes, post_change, submit_change
from portals.simulator.controls import press_button, read_control, set_control
from portals.simulator.enterprise_controls import post_enterprise_change, submit_enterprise_change
from portals.simulator.enterprise_register import enterprise
from portals.simulator.faults import SimulatorApp
from portals.simulator.pages import home, people_json, questions_json, style
from portals.simulator.register import population
from portals.simulator.rest_register import population_wrapper
from portals.simulator.state import Registers
from portals.simulator.subscribers import subscribers
from portals.simulator.upstream.routes import UPSTREAM_ROUTES

DEMO_SECRET = "demo-register-secret"


def build_app(secret: str | None = None) -> Starlette:
    """Return the program; callers of the population register prove that they know `secret`.

    Without one it is read from SIMULATOR_REGISTER_SECRET, and else the demonstration's.
    """
    app = SimulatorApp(
        routes=[
            Route("/", home),
            Route("/style.css", style),
            Route("/people.json", people_json),
            Route("/questions.json", questions_json),
            Route("/population", population, methods=["POST"]),
            Route("/population/{operation}", population_wrapper, methods=["POST"]),
            Route("/enterprise/TraCuuThongTinDoanhNghiep", enterprise, methods=["GET", "POST"]),
            Route("/subscribers/DoiSoatThueBao", subscribers, methods=["POST"]),
            Route("/controls/changes", list_changes),
            Route("/controls/changes", post_change, methods=["POST"]),
            Route("/controls/changes/form", submit_change, methods=["POST"]),
            Route("/controls/enterprises", post_enterprise_change, methods=["POST"]),
            Route("/controls/enterprises/form", submit_enterprise_change, methods=["POST"]),
            *UPSTREAM_ROUTES,
            Route("/controls/{register}", read_control),
            Route("/controls/{register}", set_control, methods=["PUT"]),
            Route("/controls/{register}/form", press_button, methods=["POST"]),
        ],
        exception_handlers=HANG_UPS,
    )
    app.state.registers = Registers(secret or os.environ.get("SIMULATOR_REGISTER_SECRET") or DEMO_SECRET)
    return app
