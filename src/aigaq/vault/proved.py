"""Files of proved records: what a package shows of an act, field by field, with what proves each of them.

The file is JSON, and laid out so strictly, one field a line, that a POSIX shell can check it too: what a
person or a program reads is itself what was hashed when it was recorded. A record's first line says in which
act it stands (the act's place in the log) and where in that act's tree (`aigaq.vault.act_tree`).
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from aigaq.vault.canonical import Json, canonical_pair
from aigaq.vault.merkle import hash_leaf, salted, tree_root

SALT_BYTES = 32
_HEAD = '{"format":"aigaq records 1","records":['
_RECORD = re.compile(
    r'\{"act":(0|[1-9][0-9]{0,14}),"place":(0|[1-9][0-9]{0,14}),"of":([1-9][0-9]{0,14}),'
    r'"path":\[((?:"[0-9a-f]{64}"(?:,(?="))?)*)\],"fields":\['
)
_SHOWN = re.compile(r'\{"salt":"([0-9a-f]{64})","field":(\[.*\])\}')
_HIDDEN = re.compile(r'\{"hidden":"([0-9a-f]{64})"\}')
_STATED = re.compile(r'\{"stated":(\[.*\])\}')


class NotProved(Exception):
    """The bytes are no file of proved records, or not in the only form it may have."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field that is shown, with its own salt (32 bytes), which proves it and nothing else."""

    salt: bytes
    name: str
    value: Json

    @property
    def digest(self) -> bytes:
        """The form in which the field entered the act's tree."""
        return salted(self.salt, canonical_pair(self.name, self.value))


@dataclass(frozen=True, slots=True)
class Hidden:
    """A field that is withheld: its hash alone (32 bytes), from which nothing can be guessed."""

    digest: bytes


@dataclass(frozen=True, slots=True)
class Stated:
    """Something said without proof: a coarser value in place of a hidden one, or a pseudonym."""

    name: str
    value: Json


@dataclass(frozen=True, slots=True)
class ProvedRecord:
    """One record of an act.

    Attributes:
        act: the act's place in the log.
        place, of: the record's place in the act's tree, and how many records that tree has.
        path: the hashes from the record up to the act's root (RFC 9162 §2.1.3).
        fields: in the order of the record's own tree; what is stated stands anywhere among them.
    """

    act: int
    place: int
    of: int
    path: tuple[bytes, ...]
    fields: tuple[Shown | Hidden | Stated, ...]

    def root(self) -> bytes:
        """Return the root over the record's fields."""
        digests = [one.digest for one in self.fields if not isinstance(one, Stated)]
        return tree_root([hash_leaf(digest) for digest in digests])

    def value(self, name: str) -> Json:
        """Return the value of a field that is shown, or None."""
        found = (one.value for one in self.fields if isinstance(one, Shown) and one.name == name)
        return next(found, None)


def write_records(records: Sequence[ProvedRecord]) -> bytes:
    """Return the file of these records (UTF-8).

    Raises:
        ValueError: there is none, or one is without fields.
    """
    if not records:
        raise ValueError("a file of proved records holds at least one")
    last = len(records) - 1
    lines = [_HEAD]
    for place, record in enumerate(records):
        lines += _record_lines(record)
        lines.append("]}" if place == last else "]},")
    lines.append("]}\n")
    return "\n".join(lines).encode()


def _record_lines(record: ProvedRecord) -> Iterator[str]:
    if not record.fields:
        raise ValueError("a record without fields proves nothing")
    path = ",".join(f'"{hash.hex()}"' for hash in record.path)
    yield (
        f'{{"act":{record.act},"place":{record.place},"of":{record.of},"path":[{path}],"fields":['
    )
    last = len(record.fields) - 1
    for place, field in enumerate(record.fields):
        yield _field_line(field) + ("" if place == last else ",")


def _field_line(field: Shown | Hidden | Stated) -> str:
    if isinstance(field, Hidden):
        return f'{{"hidden":"{field.digest.hex()}"}}'
    pair = canonical_pair(field.name, field.value).decode()
    if isinstance(field, Stated):
        return f'{{"stated":{pair}}}'
    return f'{{"salt":"{field.salt.hex()}","field":{pair}}}'


def read_records(data: bytes) -> tuple[ProvedRecord, ...]:
    """Return the records of a file.

    Raises:
        NotProved: it is not exactly what `write_records` writes.
    """
    try:
        records = tuple(_read(data.decode().split("\n")))
        exact = write_records(records) == data
    except (ValueError, StopIteration) as error:  # a UnicodeDecodeError is a ValueError
        raise NotProved("is no file of proved records") from error
    if not exact:
        raise NotProved("is not in the form that a file of proved records has")
    return records


def _read(lines: Sequence[str]) -> Iterator[ProvedRecord]:
    if lines[0] != _HEAD:
        raise ValueError("another format")
    position = 1
    while lines[position] != "]}":
        end = next(at for at in range(position, len(lines)) if lines[at] in ("]}", "]},"))
        head = _RECORD.fullmatch(lines[position])
        if head is None:
            raise ValueError("no record")
        path = tuple(bytes.fromhex(one) for one in re.findall("[0-9a-f]{64}", head[4]))
        fields = tuple(_read_field(line.removesuffix(",")) for line in lines[position + 1 : end])
        yield ProvedRecord(int(head[1]), int(head[2]), int(head[3]), path, fields)
        position = end + 1


def _read_field(line: str) -> Shown | Hidden | Stated:
    if shown := _SHOWN.fullmatch(line):
        return Shown(bytes.fromhex(shown[1]), *_pair(shown[2]))
    if hidden := _HIDDEN.fullmatch(line):
        return Hidden(bytes.fromhex(hidden[1]))
    if stated := _STATED.fullmatch(line):
        return Stated(*_pair(stated[1]))
    raise ValueError("no field")


def _pair(text: str) -> tuple[str, Json]:
    name, value = json.loads(text)
    if not isinstance(name, str):
        raise ValueError("a field's name is text")
    return name, cast(Json, value)


def show_fields(
    salts: dict[str, bytes], digests: Sequence[tuple[str, bytes]], values: dict[str, Json]
) -> tuple[Shown | Hidden, ...]:
    """Return a record's fields, those in `values` shown and the rest hidden.

    Args:
        salts: field → its own salt, of the fields to show.
        digests: (field, hash) in the order of the record's tree (`act_tree.record_leaves`).
        values: field → value, of the fields to show.
    """
    return tuple(
        Shown(salts[name], name, values[name]) if name in values else Hidden(digest)
        for name, digest in digests
    )
