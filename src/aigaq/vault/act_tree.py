"""The small tree over one act: each field enters salted, so that one can be withheld and the rest proved.

DESIGN §6: a leaf of the log holds the root of a tree over the act's fields and claims; every field enters
as SHA-256(salt ‖ value). One secret salt is kept a record; the salts of its fields are derived from it, and
each can be given away without the others. A field that is sealed, or was erased, enters by its hash alone.
"""

import hmac
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aigaq.vault.canonical import Json, canonical_pair
from aigaq.vault.merkle import hash_leaf, salted, tree_root

_NONE: Mapping[str, bytes] = MappingProxyType({})


def field_salt(salt: bytes, name: str) -> bytes:
    """Return a field's own salt: HMAC-SHA256 (RFC 2104) of its name under the record's salt (32 bytes)."""
    return hmac.digest(salt, name.encode(), "sha256")


def field_hash(salt: bytes, name: str, value: Json) -> bytes:
    """Return the form in which one field enters the tree: SHA-256(field salt ‖ canonical pair), 32 bytes.

    Args:
        salt: the field's own salt (`field_salt`), or one drawn for it and sealed beside the value.
        name, value: the field.
    """
    return salted(salt, canonical_pair(name, value))


def record_leaves(
    salt: bytes, record: Mapping[str, Json], sealed: Mapping[str, bytes] = _NONE
) -> tuple[tuple[str, bytes], ...]:
    """Return (field, its hash) in the order in which they stand in the record's tree.

    Args:
        salt: the record's own secret salt.
        record: field → value; a field that is absent is not in the tree.
        sealed: further field → hash, of those whose value is not to be had here.

    Raises:
        ValueError: a field is given both ways.
    """
    if both := record.keys() & sealed.keys():
        raise ValueError(f"{sorted(both)} can't be both open and sealed")
    hashes = {name: field_hash(field_salt(salt, name), name, record[name]) for name in record}
    hashes.update(sealed)
    return tuple((name, hashes[name]) for name in sorted(hashes))


def record_root(
    salt: bytes, record: Mapping[str, Json], sealed: Mapping[str, bytes] = _NONE
) -> bytes:
    """Return the root over a record's fields, in order of their names. Arguments as for `record_leaves`."""
    return tree_root([hash_leaf(hash) for _, hash in record_leaves(salt, record, sealed)])


def act_root(salt: bytes, fields: Mapping[str, Json], roots: Sequence[bytes]) -> bytes:
    """Return the root of an act: its own fields first, then its claims and other records in order."""
    return tree_root([hash_leaf(record_root(salt, fields)), *map(hash_leaf, roots)])
