"""Who signs in and registers in the browser tests: people of the simulator, each in one test only."""

from idp.account.model import ProofState
from portals.simulator.people import BY_NUMBER
from portals.simulator.person import Person
from portals.simulator.subscribers import phones_of
from tests.support.running.provider import Citizen

NEW_PASSWORD = "bốn con mèo ngồi đợi mưa"

# Subscribed under nobody's number by the simulated carriers: nobody has one that begins with 050.
ANOTHERS_PHONE = "0500000904"

LINE = BY_NUMBER["079899000003"]
SAME = BY_NUMBER["036999000015"]
NEAR = BY_NUMBER["049899000041"]
DIFFERENT = BY_NUMBER["001999000002"]
DECEASED = BY_NUMBER["033899000029"]
DOWN = BY_NUMBER["048999000004"]
OF_ANOTHER, MOVED = BY_NUMBER["040999000006"], BY_NUMBER["070899000047"]
UNHEARD, LATER = BY_NUMBER["080999000048"], BY_NUMBER["010899000049"]
GARBLED = BY_NUMBER["022999000010"]
GALLERY = BY_NUMBER["075899000011"]
HALF_WAY = BY_NUMBER["096999000012"]
CARD_ONLY = BY_NUMBER["014899000024"]
BACK_AGAIN = BY_NUMBER["031899000009"]
RENUMBERED = BY_NUMBER["025899000034"]
NEW_NUMBER = "025899000134"
LATE = BY_NUMBER["011899000023"]


def citizen(place: int, proof: ProofState = ProofState.PROVED) -> Citizen:
    """Return who signs in in one file: the first demonstration person by another number, with a phone of their own."""
    number, phone = f"0018999009{place:02}", f"+845000007{place:02}"
    return Citizen(number, "demo-Password-1", "Nguyễn Văn Bình", phone, proof)


def own_phone(person: Person) -> str:
    """Return the phone that is subscribed under a person's number, as people write it."""
    return f"0{phones_of(person.number)[0].removeprefix('+84')}"


def just_moved_phone(person: Person) -> str:
    """Return a phone that became the person's two days ago."""
    return f"0{phones_of(person.number)[1].removeprefix('+84')}"


def phone_of(person: Citizen) -> str:
    """Return the phone as people write it."""
    return f"0{person.phone.removeprefix('+84')}"
