"""Canonical JSON, the Merkle tree and the tree over one act."""

from collections.abc import Sequence
from hashlib import sha256
from types import MappingProxyType

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from aigaq.vault.act_tree import act_root, field_hash, field_salt, record_leaves, record_root
from aigaq.vault.canonical import Json, canonical_json
from aigaq.vault.merkle import hash_leaf, hash_node, salted, tree_root

KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_canonical_json_is_that_of_an_independent_implementation(value: Json) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_canonical_json_of_signs_that_other_encoders_escape() -> None:
    text = '"\\/\b\t\n\f\r\x00\x1f\x7f\u2028é😀'
    assert canonical_json(text) == rfc8785.dumps(text)
    assert (
        canonical_json(MappingProxyType({"b": (1, True), "a": None})) == b'{"a":null,"b":[1,true]}'
    )


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), 2**53, -(2**53), {"ключ": 1}, {1: "one"}, {True: 1}, "\ud800", ["\udfff"],
     b"bytes", [b"bytes"], {"a": [{"b": 0.5}]}, {"set"}, object()],
)  # fmt: skip
def test_what_has_no_stable_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has a message of its own
        canonical_json(value)  # type: ignore[arg-type]


# RFC 6962 / RFC 9162: the test leaves and roots that certificate-transparency implementations share.
LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size: int) -> None:
    assert tree_root([hash_leaf(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = naive_root(leaves[:split]), naive_root(leaves[split:])
    return sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", [*range(40), 63, 64, 65, 127, 128, 129, 1000])
def test_the_root_is_that_of_the_recursive_definition(size: int) -> None:
    leaves = [number.to_bytes(2) for number in range(size)]
    assert tree_root([hash_leaf(leaf) for leaf in leaves]) == naive_root(leaves)


def test_leaves_and_nodes_are_told_apart() -> None:
    assert hash_leaf(b"a" * 32 + b"b" * 32) != hash_node(b"a" * 32, b"b" * 32)


# --- the tree over one act -----------------------------------------------------------------------

SALT, OTHER_SALT = b"s" * 16, b"t" * 16
RECORDS = st.dictionaries(st.text(max_size=6), st.text(max_size=6), min_size=1, max_size=5)


@given(RECORDS, st.data())
def test_changing_any_field_changes_the_record_s_root(
    record: dict[str, Json], data: st.DataObject
) -> None:
    root = record_root(SALT, record)
    name = data.draw(st.sampled_from(sorted(record)))
    without = {key: value for key, value in record.items() if key != name}
    assert record_root(SALT, record | {name: f"{record[name]}!"}) != root
    assert record_root(SALT, record | {name: None}) != root
    assert record_root(SALT, without) != root
    assert record_root(SALT, without | {name + "!": record[name]}) != root or name + "!" in record
    assert record_root(SALT, record | {"one more": ""}) != root
    assert record_root(OTHER_SALT, record) != root
    assert record_root(SALT, dict(reversed(record.items()))) == root


def test_changing_a_claim_or_their_order_changes_the_act_s_root() -> None:
    fields: dict[str, Json] = {"act": "import", "actor": "Anna"}
    claims = [record_root(bytes([n]) * 16, {"value": str(n)}) for n in range(3)]
    root = act_root(SALT, fields, claims)
    others = [
        act_root(SALT, fields, claims[::-1]),
        act_root(SALT, fields, claims[:2]),
        act_root(SALT, fields, [*claims, claims[-1]]),
        act_root(SALT, fields, [claims[0], claims[1], record_root(b"\x02" * 16, {"value": "3"})]),
        act_root(SALT, fields | {"actor": "Bolat"}, claims),
        act_root(OTHER_SALT, fields, claims),
    ]
    assert root not in others
    assert len(set(others)) == len(others)
    assert root == act_root(SALT, dict(reversed(fields.items())), claims)


def test_a_record_can_t_be_passed_off_as_the_act_s_own_fields() -> None:
    record: dict[str, Json] = {"a": "1"}
    assert act_root(SALT, record, []) != record_root(SALT, record)


def test_one_field_is_proved_with_its_own_salt_and_the_hashes_of_the_rest() -> None:
    record: dict[str, Json] = {"date": "2017-04", "place": "Ghulja", "who": "a cousin"}
    root = record_root(SALT, record)
    given_away = field_salt(SALT, "date")
    hidden = [
        hash_leaf(salted(field_salt(SALT, name), canonical_json([name, record[name]])))
        for name in ("place", "who")
    ]

    def prove(value: str) -> bytes:
        """What a reader computes who has the value, its salt and two hashes, and nothing else."""
        shown = sha256(b"\x00" + sha256(given_away + canonical_json(["date", value])).digest())
        return hash_node(hash_node(shown.digest(), hidden[0]), hidden[1])

    assert prove("2017-04") == root
    assert prove("2017-05") != root
    # The salt given away opens no other field: guessing the place with it finds nothing.
    guess = hash_leaf(salted(given_away, canonical_json(["place", "Ghulja"])))
    assert guess not in hidden
    assert len({field_salt(SALT, name) for name in record}) == 3


def test_a_field_s_salt_is_an_hmac_that_any_tool_computes() -> None:
    inner = sha256(bytes(byte ^ 0x36 for byte in SALT.ljust(64, b"\0")) + b"place").digest()
    outer = sha256(bytes(byte ^ 0x5C for byte in SALT.ljust(64, b"\0")) + inner).digest()
    assert field_salt(SALT, "place") == outer


def test_a_sealed_field_enters_by_its_hash_and_is_bound_like_the_others() -> None:
    own = b"n" * 16
    name = field_hash(own, "name", "Gulnar")
    root = record_root(SALT, {"id": "1"}, {"name": name})
    others = [
        record_root(SALT, {"id": "1"}),
        record_root(SALT, {"id": "2"}, {"name": name}),
        record_root(SALT, {"id": "1"}, {"contact": name}),
        record_root(SALT, {"id": "1"}, {"name": field_hash(own, "name", "Gulnara")}),
        record_root(SALT, {"id": "1", "name": "Gulnar"}),
    ]
    assert root not in others
    assert record_root(SALT, {}, dict(record_leaves(SALT, {"id": "1"}, {"name": name}))) == root
    with pytest.raises(ValueError, match="name"):
        record_root(SALT, {"name": "x"}, {"name": name})
