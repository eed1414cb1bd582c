"""Vietnamese letters in ASCII, for channels that carry nothing else."""

import unicodedata


def without_accents(text: str) -> str:
    """Return a text without its marks, đ as d. Letters of other scripts stay as they are."""
    # Đ and đ have no decomposition, so removing combining marks leaves them.
    decomposed = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
