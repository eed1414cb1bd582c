"""Numbers of signing in through a provider, each with its reason."""

from datetime import timedelta

# From our button to our callback: a person may have to fetch the phone and open an app.
ATTEMPT_LIFE = timedelta(minutes=15)
# From the first sign-in to the link or the new account.
FIRST_TIME_LIFE = timedelta(minutes=15)
# An ID token is read seconds after it was made; an older one was kept by somebody.
ID_TOKEN_AGE = timedelta(minutes=10)
MAX_TOKEN_LENGTH = 16 * 1024
MAX_CODE_LENGTH = 2048
# OIDC Core 2: a subject has at most 255 ASCII characters.
MAX_SUBJECT_LENGTH = 255
MAX_KEYS = 32
MAX_DOCUMENT_BYTES = 128 * 1024
# The provider's page is the person's wait, our two questions to it are ours.
DEADLINE = timedelta(seconds=4)
# Discovery changes with a release, keys with a rollover.
METADATA_KEPT = timedelta(hours=1)
KEYS_KEPT = timedelta(minutes=10)
# A token with an unknown `kid` causes at most one fetch in this time (OIDC Core 10.1.1).
REFETCH_AFTER = timedelta(seconds=5)
