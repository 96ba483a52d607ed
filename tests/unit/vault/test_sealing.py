"""Sealed fields and wrapped keys: they open in their place with their key, and nowhere else."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.vault.act_tree import field_hash
from aigaq.vault.keypairs import WrongKey, new_keypair, unwrap_key, wrap_key
from aigaq.vault.sealing import (
    SealBroken,
    derive_key,
    key_id,
    new_key,
    new_salt,
    reseal,
    seal,
    seal_field,
    unseal,
    unseal_field,
)

KEY, OTHER = b"k" * 32, b"o" * 32
NAMES = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)


@given(st.binary(max_size=200), NAMES, NAMES)
def test_what_is_sealed_opens_in_its_place(value: bytes, record: str, field: str) -> None:
    sealed = seal(KEY, value, record=record, field=field)
    assert unseal(KEY, sealed, record=record, field=field) == value
    assert len(value) < 6 or value not in sealed.ciphertext


@given(NAMES, NAMES, NAMES, NAMES)
def test_what_was_moved_does_not_open(record: str, field: str, to: str, to_field: str) -> None:
    if (record, field) == (to, to_field):
        to += "!"
    sealed = seal(KEY, b"Gulnar", record=record, field=field)
    with pytest.raises(SealBroken):
        unseal(KEY, sealed, record=to, field=to_field)


@given(st.integers(0, 6 + 15), st.integers(1, 255))
def test_what_was_altered_does_not_open(place: int, flip: int) -> None:
    sealed = seal(KEY, b"Gulnar", record="r", field="f")
    altered = bytearray(sealed.ciphertext)
    altered[place] ^= flip
    with pytest.raises(SealBroken):
        unseal(KEY, replace(sealed, ciphertext=bytes(altered)), record="r", field="f")


def test_no_part_of_a_seal_can_be_exchanged() -> None:
    sealed = seal(KEY, b"Gulnar", record="r", field="f")
    again = seal(KEY, b"Gulnar", record="r", field="f")
    assert (again.nonce, again.ciphertext) != (sealed.nonce, sealed.ciphertext)
    broken = [
        replace(sealed, nonce=again.nonce), replace(sealed, nonce=b""), replace(sealed, nonce=b"n" * 4),
        replace(sealed, nonce=sealed.nonce + b"n"), replace(sealed, version=2),
        replace(sealed, ciphertext=b""), replace(sealed, ciphertext=sealed.ciphertext[:-1]),
        replace(sealed, key_id=key_id(OTHER)),
    ]  # fmt: skip
    for one in broken:
        with pytest.raises(SealBroken):
            unseal(KEY, one, record="r", field="f")


def test_another_key_does_not_open_not_even_under_the_right_name() -> None:
    sealed = seal(KEY, b"Gulnar", record="r", field="f")
    for one in (sealed, replace(sealed, key_id=key_id(OTHER))):
        with pytest.raises(SealBroken):
            unseal(OTHER, one, record="r", field="f")


def test_names_can_t_run_into_each_other() -> None:
    with pytest.raises(ValueError, match="NUL"):
        seal(KEY, b"Gulnar", record="a\x00b", field="c")


def test_only_whole_keys_seal() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal(b"k" * 16, b"Gulnar", record="r", field="f")
    assert len(new_key()) == 32
    assert new_key() != new_key()


def test_a_key_from_a_passphrase_depends_on_every_letter_and_on_the_salt() -> None:
    salt = bytes(16)
    key = derive_key("жеті мың отбасы", salt)
    assert len(key) == 32
    assert derive_key("жеті мың отбасы", salt) == key
    assert derive_key("жеті мың отбасы ", salt) != key
    assert derive_key("жеті мың отбасы", new_salt()) != key


# --- keypairs ------------------------------------------------------------------------------------


@given(st.binary(max_size=100))
def test_a_wrapped_key_opens_for_its_member_alone(key: bytes) -> None:
    secret, public = new_keypair()
    wrapped = wrap_key(key, public)
    assert unwrap_key(wrapped, secret) == key
    with pytest.raises(WrongKey):
        unwrap_key(wrapped, new_keypair()[0])


def test_what_is_no_wrapped_key_or_no_secret_is_a_wrong_key() -> None:
    secret, public = new_keypair()
    wrapped = wrap_key(KEY, public)
    for bytes_ in (
        b"",
        b"age",
        wrapped[:-1],
        wrapped[:-1] + bytes([wrapped[-1] ^ 1]),
        wrapped[40:],
    ):
        with pytest.raises(WrongKey):
            unwrap_key(bytes_, secret)
    for text in ("", "AGE-SECRET-KEY-1", public, secret.lower()[:-1]):
        with pytest.raises(WrongKey):
            unwrap_key(wrapped, text)
    with pytest.raises(ValueError, match="no age public key"):
        wrap_key(KEY, secret)


@pytest.fixture
def age() -> str:
    found = shutil.which("age")
    if found is None:
        pytest.skip("the age command is not installed (apt-get install age)")
    return found


def run(*command: str, data: bytes) -> bytes:
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def test_the_age_command_opens_what_we_wrap_and_we_open_what_it_wraps(
    age: str, tmp_path: Path
) -> None:
    secret, public = new_keypair()
    identity = tmp_path / "member.txt"
    identity.write_text(secret + "\n")
    assert run(age, "--decrypt", "--identity", str(identity), data=wrap_key(KEY, public)) == KEY
    assert unwrap_key(run(age, "--encrypt", "--recipient", public, data=KEY), secret) == KEY


def test_the_age_command_refuses_another_member_s_key(age: str, tmp_path: Path) -> None:
    identity = tmp_path / "other.txt"
    identity.write_text(new_keypair()[0] + "\n")
    with pytest.raises(subprocess.CalledProcessError):
        run(age, "--decrypt", "--identity", str(identity), data=wrap_key(KEY, new_keypair()[1]))


def test_age_keygen_derives_the_same_public_key() -> None:
    keygen = shutil.which("age-keygen")
    if keygen is None:
        pytest.skip("age-keygen is not installed (apt-get install age)")
    secret, public = new_keypair()
    assert run(keygen, "-y", data=secret.encode() + b"\n").decode().strip() == public


def test_a_field_opens_to_what_it_commits_to():
    sealed = seal_field(KEY, "Гүлжан", record="r", field="name")
    opened = unseal_field(KEY, sealed, record="r", field="name")
    assert opened.value == "Гүлжан"
    assert len(opened.salt) == 32
    assert field_hash(opened.salt, "name", "Гүлжан") == sealed.commitment
    assert "Гүлжан".encode() not in sealed.ciphertext


def test_equal_values_do_not_show_in_what_they_commit_to():
    one, two = (seal_field(KEY, "x", record="r", field="f") for _ in "12")
    assert one.commitment != two.commitment


def test_sealing_anew_changes_the_key_and_nothing_else():
    sealed = seal_field(KEY, "x", record="r", field="f")
    anew = reseal(KEY, OTHER, sealed, record="r", field="f")
    assert anew.commitment == sealed.commitment
    assert len(anew.ciphertext) == len(sealed.ciphertext)
    assert unseal_field(OTHER, anew, record="r", field="f") == unseal_field(
        KEY, sealed, record="r", field="f"
    )
    with pytest.raises(SealBroken):
        unseal_field(KEY, anew, record="r", field="f")


def test_another_value_under_the_same_key_is_found_out():
    """Whoever holds the key can seal anything; but not what the record was made with."""
    sealed = seal_field(KEY, "x", record="r", field="f")
    forged = replace(seal_field(KEY, "y", record="r", field="f"), commitment=sealed.commitment)
    with pytest.raises(SealBroken, match="not the one"):
        unseal_field(KEY, forged, record="r", field="f")
    with pytest.raises(SealBroken):
        unseal_field(KEY, replace(sealed, version=1), record="r", field="f")
    with pytest.raises(SealBroken, match="no field"):
        unseal_field(KEY, seal(KEY, b"s" * 40, record="r", field="f"), record="r", field="f")
