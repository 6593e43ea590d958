"""The traps of conftest.py must spring, or the other tests prove less than they say."""

import pytest
from django.conf import settings
from django.core.paginator import Paginator, UnorderedObjectListWarning
from django.template import Context, Engine, Origin, Template

from aqb.models import District
from tests.conftest import OWN_TEMPLATES


def rendered(text: str, folder: str) -> str:
    template = Template(text, origin=Origin(f"{folder}/page.html"), name="page.html", engine=Engine.get_default())
    return template.render(Context({"known": "da"}))


def test_undefined_variable_in_own_template_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"»missing\.title«"):
        rendered("{{ known }} {{ missing.title }}", OWN_TEMPLATES)


def test_undefined_variable_with_default_in_own_template_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="missing"):
        rendered("{{ missing|default:'–' }}", OWN_TEMPLATES)


def test_question_for_undefined_variable_is_allowed() -> None:
    assert rendered("{% if missing %}ja{% else %}nein{% endif %}", OWN_TEMPLATES) == "nein"


def test_undefined_variable_in_foreign_template_shows_its_default() -> None:
    assert rendered("{{ missing|default:'–' }}{{ missing }}", "/usr/lib/django") == "–"


@pytest.mark.django_db
def test_pages_of_list_without_order_fail() -> None:
    with pytest.raises(UnorderedObjectListWarning):
        Paginator(District.objects.order_by(), 2).page(1)


def test_passwords_are_hashed_quickly_and_files_are_thrown_away() -> None:
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.MD5PasswordHasher"]
    assert settings.BASE_DIR not in settings.FILES.parents
