"""Names of organisations: syllable by syllable like people's, with the usual short forms written out first."""

import re

from idp.proofing.values.names import NameMatch, canonical_name, compare_names

# The short forms of the kinds of enterprise (Luật Doanh nghiệp 2020 Đ37 k2) and what people put in their place.
_WRITTEN_OUT = (
    (r"\btnhh\b", "trách nhiệm hữu hạn"),
    (r"\bmtv\b", "một thành viên"),
    (r"\bcty\b", "công ty"),
    (r"\bcp\b", "cổ phần"),
    (r"\bdntn\b", "doanh nghiệp tư nhân"),
    (r"\bhkd\b", "hộ kinh doanh"),
    (r"\bhtx\b", "hợp tác xã"),
)
_BETWEEN_WORDS = re.compile(r"[^\w'\u2019]+")


def compare_organisation_names(declared: str, registered: str) -> NameMatch:
    """Return how alike two names are; a short form for the kind of enterprise, or other signs, are the same name."""
    if canonical_name(declared) == canonical_name(registered):
        return NameMatch.IDENTICAL if canonical_name(declared) else NameMatch.DIFFERENT
    match = compare_names(_plain(declared), _plain(registered))
    return NameMatch.SAME if match is NameMatch.IDENTICAL else match


def _plain(name: str) -> str:
    plain = canonical_name(name)
    for short, whole in _WRITTEN_OUT:
        plain = re.sub(short, whole, plain)
    return " ".join(_BETWEEN_WORDS.split(plain)).strip()
