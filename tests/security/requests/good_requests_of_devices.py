"""Honest requests of a device and of the person who lets it in."""

from base64 import b64encode

import orjson

from clients.model import CIBA, DEVICE_CODE, ClientId
from tests.flows.portals import secret_of
from tests.security.in_process import Edge, Sent
from tests.security.requests.hostile_requests import FORM, GoodRequest, encoded
from tests.security.walk import Walk


def _basic(client_id: str) -> bytes:
    return b"Basic " + b64encode(f"{client_id}:{secret_of(ClientId(client_id))}".encode())


_KIOSK = ((b"authorization", _basic("ki-ot")), (b"content-type", FORM))
_ASKER = ((b"authorization", _basic("ngan-hang-hoi")), (b"content-type", FORM))
_NAMED = {"scope": "openid", "login_hint": "001899000999", "binding_message": "1234", "requested_expiry": "60"}
_ASKED = {"scope": "openid profile", "acr_values": "loa2", "max_age": "3600"}


def requests_of_devices(edge: Edge, walk: Walk) -> tuple[GoodRequest, ...]:
    """Return them; `walk` is signed in and has come as far as the page that asks."""
    answered = edge.ask(Sent("POST", "/device_authorization", headers=_KIOSK, pieces=(encoded(_ASKED),)))
    codes = orjson.loads(answered.body)
    entry, page = walk.page("/device")
    typed = {**page.values, "user_code": codes["user_code"], "action": "continue"}
    confirm, confirm_page = walk.page(walk.send("POST", entry, typed).header("location") or "")
    assert confirm.startswith("/device/confirm")
    asked, asked_page = walk.page("/account/asked")
    return (
        GoodRequest("/backchannel_authentication", {}, _NAMED, _ASKER),
        GoodRequest("/token", {}, {"grant_type": CIBA, "auth_req_id": "x" * 43}, _ASKER),
        walk.good(asked, {**asked_page.values, "action": "0" * 64}),
        GoodRequest("/device_authorization", {}, _ASKED, _KIOSK),
        GoodRequest("/token", {}, {"grant_type": DEVICE_CODE, "device_code": codes["device_code"]}, _KIOSK),
        walk.good("/device", {**typed, "user_code": "BBBB-BBBB"}),
        walk.good(f"/device/{codes['user_code']}", {}),
        walk.good(confirm, {**confirm_page.values, "action": "allow"}),
        walk.good("/device/done/allowed", {}),
    )
