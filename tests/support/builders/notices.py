"""Documents of notices."""

from clients.document import Document


def notice(**members: object) -> dict[str, object]:
    """Return one notice that stands for all of the tests' time, with `members` in place of its own."""
    return {
        "id": "bao-tri",
        "severity": "warning",
        "where": ["sign_in", "status"],
        "from": "2020-01-01T00:00:00+07:00",
        "until": "2099-12-31T00:00:00+07:00",
        "text": {"vi": "Hệ thống bảo trì lúc 22 giờ.", "en": "Maintenance at 22:00."},
        **members,
    }


def notices(*found: dict[str, object]) -> Document:
    """Return a document of them."""
    return {"notices": list(found)}
