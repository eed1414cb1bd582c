"""The browser and system that a `User-Agent` names: what a person recognises in a list, and never more."""

from functools import lru_cache

# Order matters: every browser also claims to be the ones below it.
_BROWSERS = (
    ("Zalo", "Zalo"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


# Programs call with few names and often: seventeen searches for each call would cost as much as the route table.
@lru_cache(maxsize=1024)
def browser_of(user_agent: str) -> str:
    """Return "Chrome, Android" or as much of it as is known; empty for a program that says nothing familiar."""
    read = user_agent[:512]
    found = (next((name for mark, name in names if mark in read), "") for names in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name)
