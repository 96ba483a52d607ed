"""The small tree over one act: each field enters salted, so that one can be withheld and the rest proved.

DESIGN §6: a leaf of the log holds the root of a tree over the act's fields and claims; every field enters
as SHA-256(salt ‖ value). One secret salt is kept a record; the salts of its fields are derived from it, and
each can be given away without the others.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from aigaq.vault.canonical import Json, canonical_pair
from aigaq.vault.merkle import hash_leaf, salted, tree_root


def field_salt(salt: bytes, name: str) -> bytes:
    """Return the salt of one field of a record (32 bytes)."""
    return sha256(salt + b"\x00" + name.encode()).digest()


def record_root(salt: bytes, record: Mapping[str, Json]) -> bytes:
    """Return the root over a record's fields, in order of their names.

    Args:
        salt: the record's own secret salt.
        record: field → value; a field that is absent is not in the tree.
    """
    return tree_root(
        [
            hash_leaf(salted(field_salt(salt, name), canonical_pair(name, record[name])))
            for name in sorted(record)
        ]
    )


def act_root(salt: bytes, fields: Mapping[str, Json], claim_roots: Sequence[bytes]) -> bytes:
    """Return the root of an act: its own fields first, then its claims in order."""
    return tree_root([hash_leaf(record_root(salt, fields)), *map(hash_leaf, claim_roots)])
