"""Why what a version states cannot be changed, and what to do instead."""

from django.http import HttpRequest
from django.urls import reverse

from agreements.actions.steps import changeable_by
from agreements.models import AgreementVersion, Status
from aqb.back_office import Reason, acting
from aqb.templatetags.aqb import moment

STATES = {
    Status.ISSUED: "ausgefertigt",
    Status.SIGNED: "unterzeichnet",
    Status.PUBLISHED: "veröffentlicht",
    Status.WITHDRAWN: "zurückgezogen",
    Status.TERMINATED: "beendet",
}
WAYS = {
    Status.ISSUED: "Ist etwas falsch, ziehen Sie die Fassung zurück und arbeiten Sie mit einer Kopie als nächster Fassung "
    "weiter.",
    Status.SIGNED: "Soll sich etwas ändern, vereinbaren Sie bitte eine Änderung.",
    Status.PUBLISHED: "Soll sich etwas ändern, vereinbaren Sie bitte eine Änderung.",
    Status.WITHDRAWN: "Weitergearbeitet wird mit einer Kopie als nächster Fassung.",
    Status.TERMINATED: "Sie bleibt, wie sie zuletzt galt.",
}


def version_reason(request: HttpRequest, version: AgreementVersion | None) -> Reason | None:
    """Why the person cannot change what the version states because of its status, or None."""
    if version is None or (refusal := changeable_by(version, acting(request))) is None:
        return None
    agreement = version.agreement
    address = reverse("version_detail", args=[agreement.budget_year.year, agreement.district.ags, version.number])
    link = "Fassung in der Arbeitsoberfläche öffnen"
    status = Status(version.status)
    if status not in STATES:
        return Reason(
            f"Diese Fassung ist {status.label.lower()} und lässt sich jetzt nicht ändern", (refusal,), address, link
        )
    sentences = [WAYS[status]]
    if version.issued_at:
        sentences.insert(
            0,
            f"Text, Ansätze und Projekte sind festgeschrieben seit {moment(version.issued_at)}; das Dokument "
            f"{version.document_number} trägt genau diese Angaben. Auch die Datenbank weist Änderungen ab.",
        )
    title = f"Diese Fassung ist {STATES[status]} und lässt sich nicht mehr ändern"
    return Reason(title, tuple(sentences), address, link)
