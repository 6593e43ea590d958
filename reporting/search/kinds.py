"""The five kinds of things that are searched: which rows a person may find, by which words, in which order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchRank
from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Coalesce

from agreements.models import AgreementVersion, Document, Remark, RemarkReply
from aqb import full_text
from aqb.full_text import headline, vector
from aqb.models import User
from projects.models import ProjectEntry, Provider
from reporting.search import hits
from reporting.search.asked import Asked, within

# What every agreement is called says nothing about which one is meant.
CALLED = frozenset({"zielvereinbarung", "zielvereinbarungen", "vereinbarung", "änderungsvereinbarung", "aqb"})
PAPERS = (Document.Kind.ISSUED, Document.Kind.SIGNED)
NAMED = 3  # projects that a document is shown to name


@dataclass(frozen=True)
class Kind:
    """`rows` are all rows that the person may see and that were asked for; `year` leads to their vintage, if they have one."""

    key: str
    label: str
    rows: Callable[[User, Asked], Any]
    shown: Callable[[Any, Asked], Any]
    hit: Callable[[Any], hits.Hit]
    year: str = ""

    def of_year(self, rows: Any, year: int | None) -> Any:
        return rows.filter(**{self.year: year}) if year and self.year else rows

    def counted(self, rows: Any) -> Any:
        """(key, year, number) of what was found, for one query over all kinds; no year where there is none."""
        year = F(self.year) if self.year else Value(None, output_field=IntegerField())
        counted = rows.order_by().annotate(found_year=year).values("found_year").annotate(number=Count("pk"))
        return counted.values_list(Value(self.key), "found_year", "number")


def _found(*fields: str) -> Callable[[Any, Any], Any]:
    return lambda rows, query: rows.alias(found=vector(*fields)).filter(found=query)


def _ranked(rows: Any, one: Asked, title: str, *others: str) -> Any:
    """The nearest first: words in the title weigh more, then the newest."""
    weighted: Any = vector(title, weight="A")
    for other in others:
        weighted = weighted + vector(other, weight="C")
    return rows.annotate(rank=SearchRank(weighted, one.query)).order_by("-rank", "-pk")


def _projects(user: User, one: Asked) -> Any:
    rows = ProjectEntry.objects.visible_to(user).filter(version__in=AgreementVersion.objects.current())
    providers = Provider.objects.visible_to(user)

    def of_provider(entries: Any, query: Any) -> Any:
        return entries.filter(provider__in=_found("name", "city")(providers, query))

    return within(rows, one, [_found("title", "description"), of_provider], "version__agreement__district")


def _projects_shown(rows: Any, one: Asked) -> Any:
    marked = {
        "marked_title": headline("title", one.query, whole=True),
        "marked_description": headline("description", one.query),
        "marked_provider": headline(Coalesce("provider__name", Value("")), one.query, whole=True),
    }
    rows = rows.with_amount().annotate(**marked)
    return _ranked(rows.select_related(*_of_version("version")), one, "title", "description")


def _agreements(user: User, one: Asked) -> Any:
    rows = AgreementVersion.objects.visible_to(user).current()
    wanted = Q(pk__in=())
    rest = [word for word in one.rest if word.casefold() not in CALLED]
    years = [int(word) for word in rest if word.isdecimal() and len(word) == 4]
    if one.districts and len(rest) == len(years):
        wanted |= Q(agreement__district__in=[district.pk for district in one.districts])
        if years:
            wanted &= Q(agreement__budget_year__year__in=years)
    if one.number:
        wanted |= Q(document_number__istartswith=one.number) | Q(agreement__reference__istartswith=one.number)
    return rows.filter(wanted)


def _agreements_shown(rows: Any, one: Asked) -> Any:
    return rows.select_related(*_of_version("")).order_by(
        "-agreement__budget_year__year", "agreement__district__sort_name"
    )


def _providers(user: User, one: Asked) -> Any:
    return within(Provider.objects.visible_to(user), one, [_found("name", "city")], "district")


def _providers_shown(rows: Any, one: Asked) -> Any:
    rows = rows.annotate(
        marked_name=headline("name", one.query, whole=True), projects=Count("entries__project", distinct=True)
    )
    return _ranked(rows.select_related("district"), one, "name")


def _documents(user: User, one: Asked) -> Any:
    rows = Document.objects.visible_to(user)

    def printed(documents: Any, query: Any) -> Any:
        return documents.filter(version__in=_titled(query).values("version"), kind__in=PAPERS)

    found = within(rows, one, [_found("title"), printed], "agreement__district")
    return (
        rows.filter(Q(pk__in=found.order_by().values("pk")) | Q(number__istartswith=one.number))
        if one.number
        else found
    )


def _titled(query: Any) -> Any:
    """Projects whose title has the words: what a contract prints of them. The wider index narrows them down first."""
    return _found("title", "description")(ProjectEntry.objects.alias(titled=vector("title")), query).filter(
        titled=query
    )


def _documents_shown(rows: Any, one: Asked) -> Any:
    named = _titled(full_text.query(one.rest or one.words)).filter(version=OuterRef("version")).order_by("pk")
    rows = rows.annotate(
        marked_title=headline("title", one.query, whole=True),
        named=ArraySubquery(named.annotate(marked=headline("title", one.query, whole=True)).values("marked")[:NAMED]),
    )
    related = ("agreement__district", "agreement__budget_year", *_of_version("version"))
    return rows.select_related(*related).order_by("-created_at", "-pk")


def _remarks(user: User, one: Asked) -> Any:
    replies = RemarkReply.objects.visible_to(user)

    def in_thread(remarks: Any, query: Any) -> Any:
        return remarks.filter(pk__in=_found("text")(replies, query).values("remark"))

    found = [_found("text"), _found("project_title"), in_thread]
    return within(Remark.objects.visible_to(user), one, found, "version__agreement__district")


def _remarks_shown(rows: Any, one: Asked) -> Any:
    """With the whole thread, which says how far it has come, and the replies with these words; who sees one sees the other."""
    query = full_text.query(one.rest or one.words)
    replies = RemarkReply.objects.select_related("author").annotate(marked_text=headline("text", query))
    speaking = Prefetch("replies", _found("text")(replies, query), to_attr="speaking")
    rows = rows.annotate(marked_text=headline("text", one.query)).select_related(*_of_version("version"))
    return _ranked(rows.with_threads().prefetch_related(speaking), one, "text")


def _of_version(path: str) -> list[str]:
    """What a hit says about its version: district and vintage come in the same query."""
    start = f"{path}__" if path else ""
    return [f"{start}agreement__district", f"{start}agreement__budget_year"]


OF_VERSION = "version__agreement__budget_year__year"
KINDS = (
    Kind("projekte", "Projekte", _projects, _projects_shown, hits.project, OF_VERSION),
    Kind("vereinbarungen", "Zielvereinbarungen", _agreements, _agreements_shown, hits.agreement,
         "agreement__budget_year__year"),
    Kind("traeger", "Träger", _providers, _providers_shown, hits.provider),
    Kind("dokumente", "Dokumente", _documents, _documents_shown, hits.document, "agreement__budget_year__year"),
    Kind("anmerkungen", "Anmerkungen", _remarks, _remarks_shown, hits.remark, OF_VERSION),
)  # fmt: skip
