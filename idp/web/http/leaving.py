"""How a guard ends a request: it raises the answer, and the router sends it."""

from starlette.responses import Response


class LeaveEarly(Exception):  # noqa: N818 - not an error: the request has its answer, and nothing went wrong
    """The request is answered here: what the handler would have done next does not happen.

    The answer carries its own headers, so that a cookie set on it is set. The router turns it into the response
    (`idp.web.http.router`); nothing is logged and the error answers never see it.
    """

    def __init__(self, response: Response) -> None:
        super().__init__("the request was answered early")
        self.response = response
