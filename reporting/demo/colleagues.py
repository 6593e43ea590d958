"""What leads arrange for their people: somebody is invited, and somebody stands in for a lead these days."""

from datetime import date, timedelta

from aqb.access import Role
from aqb.accounts.staff import deputies, invitations
from reporting.demo import money
from reporting.demo.cast import Cast, acting, working

KASSEL = "06611"
INVITED = "lena.hartmann@kreis-offenbach.example"


def arrange(cast: Cast, today: date) -> None:
    """In Offenbach a colleague is invited; in Kassel the lead is away for two weeks."""
    with acting(cast.leads[money.OFFENBACH], working(today, 0)) as by:
        invitations.invite(email=INVITED, name="Lena Hartmann", office="Fachdienst Arbeit", role=Role.DISTRICT, by=by)
    with acting(cast.leads[KASSEL], working(today, 0)) as by:
        deputies.name(deputy=cast.staff[KASSEL], valid_from=today, valid_to=today + timedelta(days=14), by=by)
