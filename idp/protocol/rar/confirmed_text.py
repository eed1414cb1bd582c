"""`confirmed_text`: a person reads a text of the client's and confirms it; nothing more is granted by it.

It is no signature (Luật Giao dịch điện tử 20/2023): the token says that this text was shown to this person, who pressed
the button while signed in at its level. The hash is the client's own, so that what it asks for and what is shown agree.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256

from idp.protocol.device.readable import readable
from idp.protocol.rar.detail_type import Detail, DetailRefusedError, DetailType

LONGEST_TEXT = 400
_MEMBERS = frozenset({"text", "text_sha256"})


def read(members: Detail) -> Detail:
    """Return text and hash as they are kept; raises `DetailRefusedError`."""
    if members.keys() != _MEMBERS:
        raise DetailRefusedError("it has text and text_sha256, and nothing else")
    text, digest = members["text"], members["text_sha256"]
    if not isinstance(text, str) or readable(text, LONGEST_TEXT) != text:
        raise DetailRefusedError(f"text is one line of plain characters in NFC, at most {LONGEST_TEXT}")
    if digest != digest_of(text):
        raise DetailRefusedError("text_sha256 is not the SHA-256 of the text in UTF-8, in base64url")
    return {"text": text, "text_sha256": digest}


def digest_of(text: str) -> str:
    """Return the hash that names a text."""
    return urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=").decode("ascii")


TYPE = DetailType("confirmed_text", read, lambda detail: str(detail["text"]))
