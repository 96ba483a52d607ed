"""Our age files and those of the age CLI are the same; nothing altered or cut short is read."""

import io
import os
import shutil
import subprocess
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrage import decrypt, x25519

from aigaq.vault.age_header import BadAgeFile, NotForThisKey
from aigaq.vault.bech32 import decode_bech32, encode_bech32
from aigaq.vault.keypairs import keypair_of, new_keypair, public_bytes, secret_bytes
from aigaq.vault.reading import ItemReader
from aigaq.vault.stream import CHUNK_BYTES, encrypt_stream

SECRET, PUBLIC = new_keypair()
BATCH = 16 * CHUNK_BYTES
EDGES = [
    0,
    1,
    CHUNK_BYTES - 1,
    CHUNK_BYTES,
    CHUNK_BYTES + 1,
    BATCH - 1,
    BATCH,
    BATCH + 1,
    2 * BATCH,
]


def encrypted(data, *publics):
    out = io.BytesIO()
    streamed = encrypt_stream(io.BytesIO(data), out, publics or [PUBLIC])
    return out.getvalue(), streamed


def read(file, secret=SECRET):
    with ItemReader(io.BytesIO(file), secret) as reader:
        return reader.read()


@pytest.fixture(scope="module")
def age(tmp_path_factory):
    """A function that runs the age CLI on bytes, and the file with our secret key."""
    if shutil.which("age") is None:
        pytest.skip("age is not installed (Debian: age)")
    identity = tmp_path_factory.mktemp("age") / "identity"
    identity.write_text(f"{SECRET}\n")

    def run(*words, data):
        return subprocess.run(
            ["age", *map(str, words)], input=data, capture_output=True, check=True
        )

    return run, identity


@pytest.mark.parametrize("size", EDGES)
def test_the_age_command_opens_ours_and_we_open_its(age, size):
    run, identity = age
    data = os.urandom(size)
    ours, streamed = encrypted(data)
    assert run("-d", "-i", identity, data=ours).stdout == data
    assert read(run("-r", PUBLIC, data=data).stdout) == data
    assert streamed.size == size
    assert streamed.head == data[:8192]


def test_it_is_opened_by_each_of_several_keys(age):
    run, identity = age
    other, also = new_keypair()
    ours, _ = encrypted(b"for two", also, PUBLIC)
    assert read(ours) == read(ours, other) == run("-d", "-i", identity, data=ours).stdout
    theirs = run("-r", also, "-r", PUBLIC, data=b"for two").stdout
    assert read(theirs) == read(theirs, other) == b"for two"


def test_the_hashes_and_the_size_are_of_what_went_by():
    data = os.urandom(BATCH + 5)
    file, streamed = encrypted(data)
    assert streamed.plain_sha256 == sha256(data).hexdigest()
    assert streamed.cipher_sha256 == sha256(file).hexdigest()


class Dribbling(io.BytesIO):
    """Gives a few bytes at a time, like a pipe."""

    def readinto(self, buffer):
        return super().readinto(memoryview(buffer)[:1000])


def test_a_source_that_dribbles_gives_the_same():
    data = os.urandom(3 * CHUNK_BYTES + 17)
    out = io.BytesIO()
    assert encrypt_stream(Dribbling(data), out, [PUBLIC]).size == len(data)
    assert read(out.getvalue()) == data


DATA = os.urandom(3 * CHUNK_BYTES + 100)
FILE, _ = encrypted(DATA)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(DATA) + 10), st.integers(0, 2 * CHUNK_BYTES))
def test_any_part_is_read_from_its_place(offset, length):
    with ItemReader(io.BytesIO(FILE), SECRET) as reader:
        assert reader.seek(offset) == offset
        assert io.BufferedReader(reader).read(length) == DATA[offset : offset + length]


def test_only_the_chunks_asked_for_are_decrypted(monkeypatch):
    opened = []
    honest = ItemReader._open_chunk
    monkeypatch.setattr(
        ItemReader,
        "_open_chunk",
        lambda self, number: opened.append(number) or honest(self, number),
    )
    reader = ItemReader(io.BytesIO(FILE), SECRET)
    reader.seek(CHUNK_BYTES + 3)
    reader.read(10)
    assert set(opened) == {1, 3}


def test_seeking_is_like_any_files():
    reader = ItemReader(io.BytesIO(FILE), SECRET)
    plain = io.BytesIO(DATA)
    for offset, whence in ((100, 0), (50, 1), (-7, 1), (-CHUNK_BYTES, 2), (0, 2), (5, 2)):
        assert reader.seek(offset, whence) == plain.seek(offset, whence)
        assert reader.read(3) == plain.read(3)
        assert reader.tell() == plain.tell()
    with pytest.raises(ValueError, match="before its beginning"):
        reader.seek(-1)


PAYLOAD = len(FILE) - len(DATA) - 4 * 16


@pytest.mark.parametrize(
    "cut",
    [
        edge + off
        for edge in [
            0,
            PAYLOAD - 16,
            *(PAYLOAD + n * (CHUNK_BYTES + 16) for n in range(4)),
            len(FILE),
        ]
        for off in (-16, -1, 0, 1, 16)
        if 0 <= edge + off < len(FILE)
    ],
)
def test_a_file_cut_anywhere_near_a_blocks_edge_is_refused_at_once(cut):
    with pytest.raises(BadAgeFile):
        ItemReader(io.BytesIO(FILE[:cut]), SECRET)


def test_anything_added_at_the_end_is_refused():
    for more in (b"\x00", bytes(16), bytes(17), FILE[-116:]):
        with pytest.raises(BadAgeFile):
            read(FILE + more)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(0, 7))
def test_a_flipped_bit_never_passes(place, bit):
    altered = bytearray(FILE)
    altered[place] ^= 1 << bit
    with pytest.raises((BadAgeFile, NotForThisKey)):
        read(bytes(altered))


def test_every_bit_of_the_header_counts():
    misses = []
    for place in range(PAYLOAD):
        for bit in range(8):
            altered = bytearray(FILE)
            altered[place] ^= 1 << bit
            try:
                read(bytes(altered))
                misses.append((place, bit))
            except (BadAgeFile, NotForThisKey):
                continue
    assert misses == []


def test_chunks_in_another_order_are_refused():
    size = CHUNK_BYTES + 16
    first, second = (FILE[PAYLOAD + n * size : PAYLOAD + (n + 1) * size] for n in (0, 1))
    swapped = FILE[:PAYLOAD] + second + first + FILE[PAYLOAD + 2 * size :]
    with pytest.raises(BadAgeFile, match="chunk 1 of 4"):
        read(swapped)
    dropped = FILE[:PAYLOAD] + FILE[PAYLOAD + size :]
    with pytest.raises(BadAgeFile):
        read(dropped)


def test_another_key_opens_nothing():
    with pytest.raises(NotForThisKey):
        read(FILE, new_keypair()[0])


@pytest.mark.parametrize("junk", [b"", b"age-encryption.org/v1", b"hello\n" * 20, os.urandom(500)])
def test_what_is_no_age_file_is_said_to_be_none(junk):
    with pytest.raises(BadAgeFile):
        ItemReader(io.BytesIO(junk), SECRET)


def test_nobody_to_read_it_is_refused():
    with pytest.raises(ValueError, match="read by"):
        encrypt_stream(io.BytesIO(b""), io.BytesIO(), [])


@given(st.binary(min_size=32, max_size=32))
def test_keys_are_written_as_age_writes_them(secret):
    text, public = keypair_of(secret)
    assert secret_bytes(text) == secret
    assert str(x25519.Identity.from_str(text).to_public()) == public
    assert len(public_bytes(public)) == 32
    file, _ = encrypted(b"x", public)
    assert decrypt(file, [x25519.Identity.from_str(text)]) == b"x"


@pytest.mark.parametrize(
    "valid",
    [  # BIP 173, test vectors
        "A12UEL5L", "a12uel5l", "?1ezyfcl",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
        "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
        "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
    ],
)  # fmt: skip
def test_bip_173_valid(valid):
    prefix = valid.lower().rpartition("1")[0]
    assert encode_bech32(prefix, decode_bech32(prefix, valid)) == valid.lower()


@pytest.mark.parametrize(
    ("prefix", "invalid"),
    [
        ("a", "A12uEL5L"), ("x", "x1b4n0q5v"), ("li", "li1dgmt3"), ("a", "A1G7SGD8"), ("", "1qzzfhee"),
        ("de", "de1lg7wt\xff"), ("a", "pzry9x0s0muk"), ("b", "a12uel5l"), ("age", PUBLIC[:-1]),
        ("age", PUBLIC.replace(PUBLIC[9], "b")),
    ],
)  # fmt: skip
def test_bip_173_invalid(prefix, invalid):
    with pytest.raises(ValueError, match="key"):
        decode_bech32(prefix, invalid)
