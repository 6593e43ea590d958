"""The way back to the list that somebody comes from, with its filters: links of a list carry it in their address."""

from urllib.parse import quote

from django.urls import reverse

from agreements.models import Agreement
from aqb.pages import Request

CARRIED = "von"  # parameter of the address
LONGEST = 1000


def carrying(back: str) -> str:
    """What a link of the list adds to its address; nothing for a list that is not filtered or sorted."""
    return f"?{CARRIED}={quote(back, safe='/?=,')}" if "?" in back and len(back) <= LONGEST else ""


def back_to_list(request: Request, agreement: Agreement) -> tuple[str, str]:
    """Addresses of the vintage's page and of the list of agreements, with the filters that the person had there.

    Carried by the link, else remembered from the last visit to the same vintage, so that it outlasts the steps taken
    between. An address that is none of the two lists is passed over.
    """
    lists = (reverse("budget_year_detail", args=[agreement.budget_year.year]), reverse("agreement_list"))
    remembered: dict[str, str] = request.session.get(CARRIED, {})
    carried = request.GET.get(CARRIED, "")
    for plain in lists:
        if carried.startswith(f"{plain}?") and len(carried) <= LONGEST and remembered.get(plain) != carried:
            remembered = {**remembered, plain: carried}
            request.session[CARRIED] = remembered
    vintage, everything = (remembered.get(plain, plain) for plain in lists)
    return vintage, everything
