"""Texts of clients that a person is shown to decide on: as they are meant, or not at all (CIBA 7.1)."""

from unicodedata import category, normalize


def readable(text: str, longest: int) -> str | None:
    """Return a text that a person is to read, in NFC; None where it cannot be shown as it is meant.

    Controls, marks of direction and line ends could make another text of it than the one the client shows.
    """
    plain = normalize("NFC", text)
    hidden = any(category(letter)[0] == "C" or category(letter) in {"Zl", "Zp"} for letter in plain)
    return None if hidden or not plain.strip() or len(plain) > longest else plain
