"""A file's type is told from its first bytes, whatever it is called."""

import pytest

from aigaq.vault.mediatype import tell_media_type


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(99), "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video/quicktime"),
        (bytes.fromhex("ffd8ffe000104a46494600010101"), "image/jpeg"),
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        (b"OggS\0\x02" + bytes(20) + b"\x01\x13OpusHead", "audio/ogg"),
        ("Бота айтты".encode(), "text/plain"),
        ("Бота".encode()[:-1], "text/plain"),  # cut through a letter
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "text/html"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000", "text/vtt"),
        (b"WARC/1.1\r\nWARC-Type: response", "application/warc"),
        (b"", "application/octet-stream"),
        (b"\x01\x02\x03\x04", "application/octet-stream"),
        (b"\xff\xfe\xfd" * 40, "application/octet-stream"),
    ],
)
def test_types(head, media_type):
    assert tell_media_type(head) == media_type
