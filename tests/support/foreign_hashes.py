"""One hash of each kind that imports know, made here from a password by the standard library and by bcrypt."""

import hashlib
from base64 import b64encode

import bcrypt
from argon2 import PasswordHasher

_SALT = b"0123456789abcdef"


def _b64(raw: bytes) -> str:
    return b64encode(raw).decode()


def _ab64(raw: bytes) -> str:
    return _b64(raw).rstrip("=").replace("+", ".")


def foreign_hashes(password: str) -> dict[str, str]:
    """Return the hashes of a password by what made them."""
    word = password.encode()
    made = {
        "bcrypt": bcrypt.hashpw(word[:72], bcrypt.gensalt(4)).decode(),
        "argon2id, other parameters": PasswordHasher(time_cost=1, memory_cost=32, parallelism=2).hash(word),
        "wso2 sha-256": "{WSO2-SHA-256}c2FsdA==$" + _b64(hashlib.sha256(word + b"c2FsdA==").digest()),
        "wso2 sha-1": "{WSO2-SHA-1}c2FsdA==$" + _b64(hashlib.sha1(word + b"c2FsdA==").digest()),
    }
    for name in ("sha256", "sha512"):
        derived = hashlib.pbkdf2_hmac(name, word, _SALT, 50)
        made[f"passlib {name}"] = f"$pbkdf2-{name}$50${_ab64(_SALT)}${_ab64(derived)}"
        django = hashlib.pbkdf2_hmac(name, word, b"salt", 50)
        made[f"django {name}"] = f"pbkdf2_{name}$50$salt${_b64(django)}"
    for name, ldap in (("sha1", "SSHA"), ("sha256", "SSHA256"), ("sha512", "SSHA512")):
        made[f"ldap {name}"] = f"{{{ldap}}}{_b64(hashlib.new(name, word + _SALT).digest() + _SALT)}"
        made[f"suffix {name}"] = f"${name}-suffix${_b64(_SALT)}${_b64(hashlib.new(name, word + _SALT).digest())}"
        made[f"prefix {name}"] = f"${name}-prefix${_b64(_SALT)}${_b64(hashlib.new(name, _SALT + word).digest())}"
    return made
