"""Documents in an S3 store: the same names as in the folder, written once, private, locked where the bucket offers it.

Loaded only where the settings name a bucket: the libraries for it are large.
"""

import base64
import errno
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from aqb import clock
from aqb.files import CHUNK, OUT_OF_REACH, Found, StoreState, WriteOnce, logger

# The store computes no other checksum than our SHA-256, and what it says about one is no proof: we read and compare.
CHECKSUMS = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
PATIENT = {"connect_timeout": 5, "read_timeout": 30, "retries": {"mode": "standard", "total_max_attempts": 3}}
QUICK = {"connect_timeout": 2, "read_timeout": 3, "retries": {"mode": "standard", "total_max_attempts": 1}}
# A store that does not know object lock says so in one of these ways.
NO_LOCK = {"ObjectLockConfigurationNotFoundError", "NotImplemented", "MethodNotAllowed"}


class BucketStorage(WriteOnce, S3Storage):
    """Bucket of files that are named by what is in them. It holds nothing else.

    `retention_days`: how long the store itself protects a new file from being deleted or replaced, if the bucket was
    made with object lock; 0 leaves that to the bucket. The mode is GOVERNANCE: what nobody at all may delete could not
    be deleted on the order of a court either.
    """

    def __init__(self, *, retention_days: int = 0, **options: Any) -> None:
        self.retention_days = retention_days
        self._offers_lock: bool | None = None
        # Names as part of the path: not every S3 store has a name of its own for each bucket.
        style = {"addressing_style": "path" if options.get("endpoint_url") else "auto"}
        options["client_config"] = Config(s3=style, **PATIENT, **CHECKSUMS)
        super().__init__(querystring_auth=False, default_acl=None, **options)

    @property
    def _client(self) -> Any:
        """The client of this thread, with the keys of the usual AWS environment."""
        return self.connection.meta.client

    def _put(self, name: str, data: bytes) -> None:
        checksum = base64.b64encode(bytes.fromhex(name.rpartition("/")[2])).decode()
        with asking(name):
            try:
                self._client.put_object(
                    Bucket=self.bucket_name, Key=name, Body=data, IfNoneMatch="*",
                    ChecksumAlgorithm="SHA256", ChecksumSHA256=checksum,
                    ContentType="application/octet-stream", **self._lock(),
                )  # fmt: skip
            except ClientError as error:
                if status(error) not in (409, 412) or not self._keeps(name):
                    raise
                # Somebody else was faster: the store has refused to write the same bytes again.

    def _lock(self) -> dict[str, Any]:
        if not self.retention_days or not self.offers_lock():
            return {}
        until = clock.now() + timedelta(days=self.retention_days)
        return {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}

    def offers_lock(self) -> bool:
        """Whether the bucket was made with object lock; asked once in the life of a process."""
        if self._offers_lock is None:
            try:
                answer = self._client.get_object_lock_configuration(Bucket=self.bucket_name)
            except ClientError as error:
                if error.response["Error"]["Code"] not in NO_LOCK:
                    raise
                answer = {}
            self._offers_lock = answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"
        return self._offers_lock

    def chunks(self, name: str) -> Iterator[bytes]:
        with asking(name):
            body = self._client.get_object(Bucket=self.bucket_name, Key=name)["Body"]
            with body:
                yield from body.iter_chunks(CHUNK)

    def exists(self, name: str) -> bool:
        with asking(name):
            return bool(super().exists(name))

    def walk(self) -> Generator[Found]:
        with asking(self.bucket_name):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name):
                for entry in page.get("Contents", ()):
                    yield Found(entry["Key"], entry["LastModified"])

    def state(self) -> StoreState:
        place = f"S3-Bucket {self.bucket_name}" + (f" bei {self.endpoint_url}" if self.endpoint_url else "")
        try:
            quick = self._create_session().client(
                "s3", region_name=self.region_name, endpoint_url=self.endpoint_url, verify=self.verify,
                config=self.client_config.merge(Config(**QUICK)),
            )  # fmt: skip
            quick.head_bucket(Bucket=self.bucket_name)
            locked = self.offers_lock()
        except (ClientError, BotoCoreError) as error:
            logger.error("The bucket %s does not answer: %s", self.bucket_name, error)
            return StoreState(place, problem=OUT_OF_REACH)
        days = f"{self.retention_days} Tage" if self.retention_days else "nach den Regeln des Buckets"
        return StoreState(place, (("Löschschutz", days if locked else "keiner: der Bucket hat kein Object Lock"),))


def status(error: ClientError) -> int:
    """HTTP status of the store's answer."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


@contextmanager
def asking(name: str) -> Iterator[None]:
    """Inside the block, a failure of the store is raised as the error that a folder would give.

    FileNotFoundError, PermissionError, or ConnectionError for everything else: one store is as good as the other.
    """
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            raise FileNotFoundError(errno.ENOENT, str(error), name) from error
        if status(error) == 403:
            raise PermissionError(errno.EACCES, str(error), name) from error
        raise ConnectionError(str(error)) from error
    except BotoCoreError as error:
        raise ConnectionError(str(error)) from error
