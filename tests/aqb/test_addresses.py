import pytest
from django.test import Client

from aqb.access import Role
from tests import factories as make


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["%00", "06438%00", "6438", "09438", "064380", "06438'--", "٠٦٤٣٨"])
def test_address_with_anything_but_a_district_key_is_not_found(client: Client, key: str) -> None:
    client.force_login(make.user(Role.MINISTRY))
    for path in (f"/vereinbarungen/2026/{key}/", f"/vereinbarungen/2026/{key}/0/vorschau.pdf", f"/strategien/{key}/"):
        assert client.get(path).status_code == 404, path


@pytest.mark.django_db
@pytest.mark.parametrize("path", [
    "/projekte/99999999999999999999999/", "/vereinbarungen/99999999999/06438/", "/jahrgaenge/99999999999/",
    "/vereinbarungen/2026/06438/99999999999/", "/dokumente/99999999999999999999/datei/", "/d/ZV%00/", "/d/%F0%9F%98%80/",
    "/vertragstexte/99999999999999999999999/",
])  # fmt: skip
def test_address_with_a_number_beyond_all_rows_is_not_found(client: Client, path: str) -> None:
    client.force_login(make.user(Role.MINISTRY))
    assert client.get(path).status_code == 404
