"""Who signs in and registers in the browser tests: people of the simulator, each in one test only."""

from portals.simulator.people import BY_NUMBER

# Has an account from the start (idp.cli.demonstration); proved.
READY_NUMBER, READY_PASSWORD, READY_NAME = "001899000001", "demo-Password-1", "Nguyễn Văn Bình"
# Has an account from the start whose proof waits.
WAITING_NUMBER, WAITING_PASSWORD = "093999000044", "demo-Password-2"
READY_PHONE = "0912345678"

# One phone may be named in five registrations an hour: two carry the ten of these tests.
PHONES = ("0912345678", "0843456789")
NEW_PASSWORD = "bốn con mèo ngồi đợi mưa"

LINE = BY_NUMBER["079899000003"]
SAME = BY_NUMBER["036999000015"]
NEAR = BY_NUMBER["049899000041"]
DIFFERENT = BY_NUMBER["001999000002"]
DECEASED = BY_NUMBER["033899000029"]
DOWN = BY_NUMBER["048999000004"]
SLOW = BY_NUMBER["040999000006"]
GARBLED = BY_NUMBER["022999000010"]
GALLERY = BY_NUMBER["075899000011"]
HALF_WAY = BY_NUMBER["096999000012"]
# Whole journeys; their phone is in no other test.
JOURNEY_PHONE = "0500000901"
CARD_ONLY = BY_NUMBER["014899000024"]
BACK_AGAIN = BY_NUMBER["031899000009"]
RENUMBERED = BY_NUMBER["025899000034"]
NEW_NUMBER = "025899000134"
LATE = BY_NUMBER["011899000023"]
