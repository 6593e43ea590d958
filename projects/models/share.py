"""The money of projects by budget line and cash year, and what keeps it within the agreed amounts."""

import pgtrigger
from django.db import models

from agreements.models import AgreementLine, BudgetYear
from agreements.models.frozen import with_version
from aqb import triggers
from aqb.access import VisibleTo
from aqb.history import recorded
from aqb.money import EuroField, not_negative
from projects.models.entry import ProjectEntry


class ShareSet(VisibleTo):
    district_path = "entry__version__agreement__district"


@recorded()
class FundingShare(models.Model):
    """Finanzierungsanteil: money of an entry from one budget line in one cash year."""

    entry = models.ForeignKey(ProjectEntry, models.CASCADE, related_name="shares", verbose_name="Projektstand")
    line = models.ForeignKey("agreements.BudgetLine", models.PROTECT, related_name="shares", verbose_name="Budgetlinie")
    cash_year = models.PositiveSmallIntegerField("Kassenjahr")
    amount = EuroField("Betrag")

    objects = ShareSet.as_manager()

    class Meta:
        verbose_name = "Finanzierungsanteil"
        verbose_name_plural = "Finanzierungsanteile"
        ordering = ("entry", "line__position", "cash_year", "pk")
        constraints = (
            not_negative("fundingshare"),
            models.UniqueConstraint(
                fields=("entry", "line", "cash_year"),
                name="fundingshare_unique",
                violation_error_message="Für diese Budgetlinie und dieses Kassenjahr gibt es schon einen Betrag.",
            ),
        )
        triggers = (
            with_version(
                "fundingshare",
                "der Betrag",
                "SELECT version_id FROM projects_projectentry WHERE id = {row}.entry_id",
            ),
            triggers.trigger(
                "fundingshare_within_agreed",
                pgtrigger.Insert | pgtrigger.Update,
                f"""
                SELECT agreed.id, agreed.amount, line.title INTO agreed_id, ceiling, pot
                    FROM projects_projectentry entry
                    JOIN agreements_agreementline agreed ON agreed.version_id = entry.version_id
                    JOIN agreements_budgetline line ON line.id = agreed.line_id
                    WHERE entry.id = NEW.entry_id AND agreed.line_id = NEW.line_id
                    FOR NO KEY UPDATE OF agreed;
                SELECT COALESCE(sum(share.amount), 0) INTO total FROM projects_fundingshare share
                    JOIN projects_projectentry entry ON entry.id = share.entry_id
                    WHERE share.line_id = NEW.line_id AND entry.version_id =
                        (SELECT version_id FROM projects_projectentry WHERE id = NEW.entry_id);
                IF agreed_id IS NULL AND NEW.amount > 0 THEN
                    {
                    triggers.refuse(
                        "fundingshare_within_agreed",
                        triggers.text("Für diese Budgetlinie ist in der Fassung kein Ansatz vereinbart."),
                    )
                }
                END IF;
                IF total > ceiling THEN
                    {
                    triggers.refuse(
                        "fundingshare_within_agreed",
                        f"'Die Beträge überschreiten den Ansatz „' || pot || '“ um ' || {triggers.euro('total - ceiling')}"
                        f" || '. Vereinbart sind ' || {triggers.euro('ceiling')} || '.'",
                    )
                }
                END IF;
                RETURN NULL;
                """,
                declare=[("agreed_id", "bigint"), ("ceiling", "numeric"), ("pot", "text"), ("total", "numeric")],
            ),
            triggers.never_emptied("fundingshare"),
            triggers.trigger(
                "fundingshare_in_cash_year",
                pgtrigger.Insert | pgtrigger.Update,
                f"""
                IF NOT EXISTS (
                    SELECT 1 FROM agreements_budgetline line
                    JOIN agreements_budgetyear vintage ON vintage.id = line.budget_year_id
                    WHERE line.id = NEW.line_id
                    AND NEW.cash_year BETWEEN vintage.first_cash_year AND vintage.last_cash_year
                    FOR SHARE OF vintage
                ) THEN
                    {
                    triggers.refuse(
                        "fundingshare_in_cash_year",
                        "'Das Jahr ' || NEW.cash_year || ' ist kein Kassenjahr dieses Jahrgangs.'",
                    )
                }
                END IF;
                RETURN NULL;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry}: {self.line} {self.cash_year}"


class AgreedLine(AgreementLine):
    """An agreed amount as the projects see it: it cannot sink below what is entered. Carries only that trigger."""

    class Meta:
        proxy = True
        verbose_name = "Ansatz"
        verbose_name_plural = "Ansätze"
        triggers = (
            triggers.trigger(
                "agreementline_covers_shares",
                pgtrigger.Update | pgtrigger.Delete,
                f"""
                ceiling := CASE WHEN TG_OP = 'DELETE' THEN 0 ELSE NEW.amount END;
                SELECT COALESCE(sum(share.amount), 0) INTO total FROM projects_fundingshare share
                    JOIN projects_projectentry entry ON entry.id = share.entry_id
                    WHERE share.line_id = OLD.line_id AND entry.version_id = OLD.version_id;
                IF total > ceiling THEN
                    {
                    triggers.refuse(
                        "agreementline_covers_shares",
                        f"'In den Projekten sind schon ' || {triggers.euro('total')} || ' erfasst. Der Ansatz kann nicht '"
                        f" || 'auf ' || {triggers.euro('ceiling')} || ' sinken.'",
                    )
                }
                END IF;
                RETURN NULL;
                """,
                declare=[("ceiling", "numeric"), ("total", "numeric")],
            ),
        )


class PaidYear(BudgetYear):
    """A vintage as the projects see it: its cash years hold all their money. Carries only that trigger."""

    class Meta:
        proxy = True
        verbose_name = "Budgetjahrgang"
        verbose_name_plural = "Budgetjahrgänge"
        triggers = (
            triggers.trigger(
                "budgetyear_covers_cash_years",
                pgtrigger.Update,
                f"""
                SELECT share.cash_year INTO used FROM projects_fundingshare share
                    JOIN agreements_budgetline line ON line.id = share.line_id
                    WHERE line.budget_year_id = NEW.id
                    AND share.cash_year NOT BETWEEN NEW.first_cash_year AND NEW.last_cash_year LIMIT 1;
                IF FOUND THEN
                    {
                    triggers.refuse(
                        "budgetyear_covers_cash_years",
                        "'In den Projekten sind schon Beträge für das Kassenjahr ' || used || ' erfasst.'",
                    )
                }
                END IF;
                RETURN NULL;
                """,
                declare=[("used", "integer")],
            ),
        )
