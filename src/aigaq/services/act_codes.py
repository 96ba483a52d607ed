"""The code that every act bears: whoever has the database alone, and not its passphrase, can't write one.

Against the hoster of a PostgreSQL, for instance, who could else write an approval in a member's name, which
our own next command would number and sign. Its key follows from the log key, which no database holds.
"""

import hmac
from uuid import UUID

from django.db import connection

from aigaq.store import models
from aigaq.store.settings import NAMES_KEY


def act_code(event: UUID, root: str) -> bytes:
    """Return an act's code: HMAC-SHA-256 over its id and root (32 bytes)."""
    known: bytes = connection.settings_dict[NAMES_KEY]
    key = hmac.digest(known, b"aigaq codes of acts", "sha256")
    return hmac.digest(key, event.bytes + root.encode(), "sha256")


def bears_code(event: models.Event) -> bool:
    """Return whether an act was written by who has the archive's passphrase."""
    return hmac.compare_digest(bytes(event.code or b""), act_code(event.id, event.root))
