"""How authorization responses leave: every mode that discovery names is rendered."""

from idp.protocol.authorize.checked_request import ResponseMode
from idp.protocol.discovery import discovery_document
from idp.web.sign_in.responses import RENDERERS


def test_oauth_multiple_response_types_2_1_every_mode_that_discovery_names_is_rendered() -> None:
    named = discovery_document("https://dangnhap.example", {})["response_modes_supported"]
    assert named == list(RENDERERS) == list(ResponseMode)
