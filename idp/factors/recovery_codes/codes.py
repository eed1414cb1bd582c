"""Recovery codes: made in sets, read from paper, typed with or without their dashes."""

import secrets

SET_SIZE = 10
# Read from paper and aloud: no letter that looks like another.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
# Thirteen of 31 letters are 64.4 bits; SP 800-63B-4 4.2.1.1 asks for 64.
LETTERS = 13
_GROUPS = ((0, 4), (4, 8), (8, 13))


def new_codes() -> tuple[str, ...]:
    """Return a set of different codes in readable groups, such as `ABCD-EFGH-JKMNP`."""
    codes: dict[str, None] = {}
    while len(codes) < SET_SIZE:
        codes["".join(secrets.choice(ALPHABET) for _ in range(LETTERS))] = None
    return tuple("-".join(code[start:end] for start, end in _GROUPS) for code in codes)


def canonical(entered: str) -> str:
    """Return a typed code as it is hashed: capitals without dashes, spaces or anything else, never longer than one."""
    return "".join(letter for letter in entered[:64].upper() if letter in ALPHABET)[: LETTERS + 1]
