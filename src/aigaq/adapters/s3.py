"""Backups on S3-compatible storage (Amazon's, MinIO, Garage, Ceph …): `s3://bucket/prefix`.

Address and credentials come from where every S3 tool looks: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_REGION, or `~/.aws`. What lies there is encrypted before it is sent.
"""

from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from aigaq.records.errors import BadInput

SCHEME = "s3"


class S3Replica:
    """A replica in a bucket, below a prefix."""

    def __init__(self, url: str) -> None:
        try:  # 0.4 s and 40 MB, for those alone who name such a place
            import boto3  # noqa: PLC0415
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise BadInput(
                f"{url}: S3 storage needs one more library: pip install 'aigaq[s3]'"
            ) from error

        parts = urlsplit(url)
        if parts.scheme != SCHEME or not parts.netloc:
            raise BadInput(f"{url!r}: write s3://bucket/prefix")
        self.place = url
        self._failures = (BotoCoreError, ClientError)
        self._bucket = parts.netloc
        self._prefix = parts.path.strip("/")
        try:
            self._client: Any = boto3.client("s3")
        except self._failures as error:
            raise self._failed("can't be reached", error) from error

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}" if self._prefix else name

    def _failed(self, what: str, error: Exception) -> BadInput:
        return BadInput(f"{self.place}: {what} ({error})")

    def sizes(self) -> Mapping[str, int]:
        """Return name → size of everything below the prefix."""
        start = self._key("")
        found: dict[str, int] = {}
        try:
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=start):
                for one in page.get("Contents", ()):
                    found[one["Key"].removeprefix(start)] = one["Size"]
        except self._failures as error:
            raise self._failed("can't be listed", error) from error
        return found

    def put(self, name: str, source: BinaryIO) -> None:
        """Store what `source` holds; long ones in parts, which appear only when all are there."""
        try:
            self._client.upload_fileobj(source, self._bucket, self._key(name))
        except self._failures as error:
            raise self._failed("can't be written", error) from error

    def open(self, name: str) -> BinaryIO:
        """Open something for reading."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(name))
        except self._failures as error:
            raise self._failed(f"{name} can't be read", error) from error
        body: BinaryIO = answer["Body"]
        return body
