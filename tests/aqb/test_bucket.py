"""Documents in an S3 store: a real HTTP server on this machine, and one that does not answer."""

import base64
import hashlib
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from agreements.actions import files
from agreements.models import Document
from aqb import archive, clock
from aqb.access import Refused, Role
from aqb.bucket import PATIENT, QUICK, BucketStorage
from aqb.files import address, fingerprint
from aqb.files import store as files_of_the_application
from tests import factories as make
from tests.servers import free_port, object_store

CONTENT = b"%PDF-1.7 Zielvereinbarung"
AT_ONCE = timedelta(0)
NUMBER = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with object_store() as address:
        yield address


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual AWS environment; the server takes any keys."""
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def options(server: str, **more: Any) -> dict[str, Any]:
    return {"bucket_name": "aqb", "endpoint_url": server, "region_name": "eu-central-1", **more}


def made(server: str, *, lock: bool = False, **more: Any) -> BucketStorage:
    """A store in a new bucket."""
    store = BucketStorage(**options(server, bucket_name=f"aqb-{next(NUMBER)}", **more))
    where = {"LocationConstraint": "eu-central-1"}
    store._client.create_bucket(
        Bucket=store.bucket_name, CreateBucketConfiguration=where, ObjectLockEnabledForBucket=lock
    )
    return store


@pytest.fixture
def store(server: str) -> BucketStorage:
    return made(server)


def head(store: BucketStorage, name: str) -> Any:
    return store._client.head_object(Bucket=store.bucket_name, Key=name, ChecksumMode="ENABLED")


def overwrite(store: BucketStorage, name: str, content: bytes) -> None:
    """Write past the store."""
    store._client.put_object(Bucket=store.bucket_name, Key=name, Body=content)


def test_file_has_the_same_name_as_in_a_folder(store: BucketStorage) -> None:
    name = store.save("vertrag.pdf", ContentFile(CONTENT))
    assert name == address(hashlib.sha256(CONTENT).hexdigest())
    with store.open(name) as file:
        assert file.read() == CONTENT
    assert b"".join(store.chunks(name)) == CONTENT
    assert store.exists(name)


def test_server_gets_the_checksum_and_no_public_rights(store: BucketStorage) -> None:
    name = store.save("x", ContentFile(CONTENT))
    said = head(store, name)
    assert base64.b64decode(said["ChecksumSHA256"]).hex() == fingerprint(CONTENT)
    assert said["ContentType"] == "application/octet-stream", "no browser runs what it finds there"
    grants = store._client.get_object_acl(Bucket=store.bucket_name, Key=name)["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]
    assert all(grant["Grantee"]["Type"] == "CanonicalUser" for grant in grants)


def test_file_that_exists_is_not_written_again(store: BucketStorage) -> None:
    name = store.save("eins", ContentFile(CONTENT))
    before = head(store, name)
    assert store.save("zwei", ContentFile(CONTENT)) == name
    assert head(store, name)["LastModified"] == before["LastModified"]


def test_server_itself_refuses_to_write_twice(store: BucketStorage) -> None:
    """Whoever looked before the other one wrote: the answer of the server decides."""
    name = address(fingerprint(CONTENT))
    store._put(name, CONTENT)
    store._put(name, CONTENT)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        store._client.put_object(Bucket=store.bucket_name, Key=name, Body=CONTENT, IfNoneMatch="*")
    overwrite(store, name, b"anders")
    with pytest.raises(Refused, match="ist dort aber beschädigt"):
        store._put(name, CONTENT)


def test_many_writers_of_the_same_content_leave_one_file(server: str) -> None:
    store = made(server)
    store._client.put_bucket_versioning(
        Bucket=store.bucket_name, VersioningConfiguration={"Status": "Enabled"}
    )  # a second writing would be a second version
    with ThreadPoolExecutor(4) as pool:
        names = set(pool.map(lambda _: store.save("x", ContentFile(CONTENT * 1000)), range(12)))
    assert len(names) == 1
    versions = store._client.list_object_versions(Bucket=store.bucket_name)["Versions"]
    assert len(versions) == 1


def test_damaged_file_is_not_trusted_when_its_content_comes_again(store: BucketStorage) -> None:
    name = store.save("x", ContentFile(CONTENT))
    overwrite(store, name, CONTENT.lower())
    with pytest.raises(Refused, match="aus der Sicherung"):
        store.save("x", ContentFile(CONTENT))


def test_deleting_and_addresses_for_browsers_are_refused(store: BucketStorage) -> None:
    name = store.save("x", ContentFile(CONTENT))
    with pytest.raises(Refused, match="nicht gelöscht"):
        store.delete(name)
    with pytest.raises(NotImplementedError):
        store.url(name)
    assert store.exists(name)


def test_file_that_is_not_there_is_not_found(store: BucketStorage) -> None:
    assert not store.exists("ab/nichts")
    with pytest.raises(FileNotFoundError):
        store.open("ab/nichts")


def test_bucket_with_object_lock_protects_new_files(server: str) -> None:
    store = made(server, lock=True, retention_days=100)
    said = head(store, store.save("x", ContentFile(CONTENT)))
    assert said["ObjectLockMode"] == "GOVERNANCE"
    rest = clock.now() + timedelta(days=100) - said["ObjectLockRetainUntilDate"]
    assert abs(rest) < timedelta(minutes=1)
    version = said["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        store._client.delete_object(Bucket=store.bucket_name, Key=address(fingerprint(CONTENT)), VersionId=version)


@pytest.mark.parametrize(("lock", "days"), [(False, 100), (True, 0)], ids=["no lock", "no days"])
def test_without_lock_or_days_files_are_kept_all_the_same(lock: bool, days: int, server: str) -> None:
    store = made(server, lock=lock, retention_days=days)
    said = head(store, store.save("x", ContentFile(CONTENT)))
    assert "ObjectLockMode" not in said


def test_state_names_place_and_protection(server: str) -> None:
    store = made(server, lock=True, retention_days=3650)
    state = store.state()
    assert state.place == f"S3-Bucket {store.bucket_name} bei {server}"
    assert state.facts == (("Löschschutz", "3650 Tage"),)
    assert state.problem == ""
    assert made(server).state().facts == (("Löschschutz", "keiner: der Bucket hat kein Object Lock"),)
    assert made(server, lock=True).state().facts == (("Löschschutz", "nach den Regeln des Buckets"),)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PATIENT, "retries", QUICK["retries"])


@pytest.mark.usefixtures("impatient")
def test_store_that_does_not_answer_refuses_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    store = BucketStorage(**options(f"http://127.0.0.1:{free_port()}"))
    with caplog.at_level(logging.ERROR), pytest.raises(Refused) as caught:
        store.save("x", ContentFile(CONTENT))
    assert caught.value.status == 503
    assert "nicht erreichbar. Es wurde nichts gespeichert" in caught.value.reasons[0]
    assert "Could not connect" in caplog.text, "who runs the application reads why"
    with pytest.raises(Refused, match="gerade nicht lesen"):
        store.open("ab/x")
    with pytest.raises(ConnectionError):
        list(store.walk())
    assert store.state().problem == "Der Speicher für Dokumente ist nicht erreichbar."


def test_bucket_that_is_not_there_is_no_missing_file(server: str) -> None:
    store = BucketStorage(**options(server, bucket_name="nirgends"))
    with pytest.raises(Refused, match="nicht erreichbar"):
        store.save("x", ContentFile(CONTENT))
    assert store.state().problem


@pytest.fixture
def documents(server: str, settings: Any) -> BucketStorage:
    """All documents lie in a new bucket."""
    bucket = made(server)
    default = {"BACKEND": "aqb.bucket.BucketStorage", "OPTIONS": options(server, bucket_name=bucket.bucket_name)}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return bucket


@pytest.mark.django_db
@pytest.mark.usefixtures("documents")
def test_document_is_stored_and_fetched() -> None:
    by = make.user(Role.MINISTRY)
    document = files.store(
        agreement=make.agreement(), version=None, kind=Document.Kind.ATTACHMENT, title="Anlage", content=CONTENT,
        media_type="application/pdf", by=by,
    )  # fmt: skip
    assert isinstance(files_of_the_application(), BucketStorage)
    assert files.fetch(document=document, by=by) == CONTENT


@pytest.mark.django_db
def test_archive_in_a_bucket_is_checked(documents: BucketStorage) -> None:
    agreement = make.agreement()
    rows = [make.document(agreement, content=b"Inhalt %d" % number) for number in range(5)]
    check = archive.check(settled_after=AT_ONCE)
    assert check.is_clean
    assert (check.files, check.bytes) == (5, sum(row.size for row in rows))

    documents._client.delete_object(Bucket=documents.bucket_name, Key=rows[0].file.name)
    overwrite(documents, address(rows[1].sha256), b"anders")
    overwrite(documents, "ab/fremd", b"fremd")
    check = archive.check(settled_after=AT_ONCE)
    assert {kind: [one["file"] for one in kept] for kind, kept in check.findings.items()} == {
        "missing": [rows[0].file.name], "changed": [rows[1].file.name], "orphaned": ["ab/fremd"],
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.usefixtures("impatient")
def test_archive_that_does_not_answer_is_not_called_empty(settings: Any) -> None:
    make.document()
    default = {"BACKEND": "aqb.bucket.BucketStorage", "OPTIONS": options(f"http://127.0.0.1:{free_port()}")}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    with pytest.raises(CommandError, match="nicht erreichbar"):
        call_command("verify_archive")
