"""Random secrets for links and cookies, and the digest under which they are kept."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, safe in URLs."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 as hexadecimal; enough for a secret of full entropy."""
    return hashlib.sha256(secret.encode()).hexdigest()
