"""Where the demo is not built: beside real data, and where real work is done."""

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from aqb.models import User
from reporting.demo import people
from tests import factories

pytestmark = pytest.mark.django_db


@override_settings(PRODUCTION=True)
def test_production_refuses_the_demo() -> None:
    with pytest.raises(CommandError, match="Im Produktivbetrieb"):
        call_command("demo")

    assert not User.objects.exists()


def test_database_with_real_agreements_is_not_touched() -> None:
    factories.agreement()

    with pytest.raises(CommandError, match="keine Demodaten sind"):
        call_command("demo")

    assert not User.objects.filter(email=people.JANA.email).exists()
