#!/usr/bin/env python3
"""Verifies the public transparency log of a sign-on provider; needs nothing of it but `cryptography`.

    python verify_transparency_log.py https://provider.example [kept-checkpoint.json] > checkpoint.json

Exit code 1, with a line on standard error, if anything is not as it was signed. Keep what it prints for the next time.
"""

import hashlib
import json
import sys
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256


def fetch(url: str) -> bytes:
    """Return what an address answers."""
    if not url.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        sys.exit(f"{url}: https only")
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 (the line above)
        body: bytes = answer.read()
        return body


def read(signed: str, key_set: bytes) -> dict[str, object]:
    """Return the claims of a checkpoint, or end: a compact JWS by ES256 (RFC 7515 5.2, RFC 7518 3.4)."""
    head, payload, signature = signed.split(".")
    header = json.loads(urlsafe_b64decode(head + "=="))
    if header["alg"] != "ES256" or header["typ"] != "transparency-checkpoint+jwt":
        sys.exit("FOUND: the checkpoint is of another type")
    jwk = next((one for one in json.loads(key_set)["keys"] if one.get("kid") == header["kid"]), None)
    if jwk is None:
        sys.exit("FOUND: the checkpoint is signed by a key that is not in the key set")
    x, y = (int.from_bytes(urlsafe_b64decode(jwk[name] + "==")) for name in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    raw = urlsafe_b64decode(signature + "==")
    der = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    try:
        public.verify(der, f"{head}.{payload}".encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        sys.exit("FOUND: the checkpoint is not signed by the provider")
    claims: dict[str, object] = json.loads(urlsafe_b64decode(payload + "=="))
    return claims


def leaves(base: str, size: int) -> Iterator[bytes]:
    """Yield the entries from the first to the last; an answer may hold fewer than were asked for."""
    place = 0
    while place < size:
        entries = json.loads(fetch(f"{base}/transparency/entries?start={place}&end={size - 1}"))["entries"]
        if not entries or [one["index"] for one in entries] != list(range(place, place + len(entries))):
            sys.exit(f"FOUND: entry {place}, or one soon after it, is not there")
        yield from (one["leaf"].encode() for one in entries)
        place += len(entries)


def root(subtrees: list[tuple[int, bytes]]) -> str:
    """Return the root over complete subtrees (RFC 6962 2.1)."""
    nodes = [node for _, node in subtrees] or [hashlib.sha256(b"").digest()]
    while len(nodes) > 1:
        right = nodes.pop()
        nodes[-1] = hashlib.sha256(b"\x01" + nodes[-1] + right).digest()
    return nodes[0].hex()


def main(base: str, kept_file: str = "") -> None:
    """Verify, and print the checkpoint."""
    checkpoint = fetch(f"{base}/transparency/checkpoint")
    claims = read(json.loads(checkpoint)["signed"], fetch(f"{base}/jwks.json"))
    kept: dict[str, object] = {}
    if kept_file:
        with open(kept_file, "rb") as opened:  # noqa: PTH123 (no more than it takes)
            kept = json.loads(opened.read())
    subtrees: list[tuple[int, bytes]] = []
    roots = {0: root(subtrees)}
    for count, leaf in enumerate(leaves(base, int(str(claims["size"]))), 1):
        size, node = 1, hashlib.sha256(b"\x00" + leaf).digest()
        while subtrees and subtrees[-1][0] == size:
            size, node = size * 2, hashlib.sha256(b"\x01" + subtrees.pop()[1] + node).digest()
        subtrees.append((size, node))
        if count in {kept.get("size"), claims["size"]}:
            roots[count] = root(subtrees)
    if roots[int(str(claims["size"]))] != claims["root"]:
        sys.exit("FOUND: the entries are not those that were signed")
    if kept and roots.get(int(str(kept["size"]))) != kept["root"]:
        sys.exit("FOUND: the log does not begin with what the kept checkpoint says: it was rewritten")
    print(checkpoint.decode())


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), *sys.argv[2:3])
