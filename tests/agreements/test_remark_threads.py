"""The thread of a remark: noted, sent, answered, asked further, closed, opened again; and two people at once."""

from datetime import timedelta

import pytest

from agreements.actions import returned, steps, talk
from agreements.models import NotedRemark, Remark, RemarkReply
from aqb import clock
from aqb.access import Refused, Role
from aqb.models import User
from tests import factories as make
from tests.agreements.actors import NOW, REASON

pytestmark = pytest.mark.django_db


def refused(*words: str) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, match=".*".join(words))


def colleagues(remark: Remark) -> tuple[User, User]:
    """Two people of the district."""
    district = remark.version.agreement.district
    return make.person(Role.DISTRICT_LEAD, district), make.user(Role.DISTRICT, district)


class TestSending:
    def test_remark_on_a_draft_is_sent_at_once(self) -> None:
        remark = talk.write_remark(version=make.version(), text=" Wie viele? ", by=make.user())
        assert isinstance(remark, Remark)
        assert remark.text == "Wie viele?"

    def test_remark_on_a_submitted_version_is_noted_and_sent_with_the_return(self) -> None:
        version, author = make.version(status="submitted"), make.user()
        note = talk.write_remark(version=version, text="Wie viele?", by=author, field="lines", field_title="Ansätze")
        assert isinstance(note, NotedRemark)
        assert not version.remarks.exists()
        with clock.stopped(NOW):
            steps.return_to_draft(version=version, reason=REASON, by=make.user(Role.MINISTRY))
        remark = version.remarks.get()
        assert (remark.text, remark.author, remark.place, remark.created_at) == (
            "Wie viele?",
            author,
            "Feld Ansätze",
            NOW,
        )
        assert not NotedRemark.objects.exists()

    def test_version_submitted_while_the_ministry_writes_makes_a_note_of_it(self) -> None:
        """The page was opened while the district worked; nothing is lost, and nothing reaches it past the return."""
        version = make.version(entries=1)
        lead = make.person(Role.DISTRICT_LEAD, version.agreement.district)
        steps.submit(version=version, by=lead)
        assert isinstance(talk.write_remark(version=version, text="Wie viele?", by=make.user()), NotedRemark)

    def test_notes_wait_until_the_version_is_returned(self) -> None:
        note = make.note()
        with refused("liegt beim Ministerium"):
            returned.send_notes(version=note.version, by=make.user())

    def test_note_left_behind_is_sent_to_a_returned_version(self) -> None:
        note = make.note(make.version(entries=1))
        (remark,) = returned.send_notes(version=note.version, by=make.user())
        assert remark.author == note.author

    def test_approval_waits_for_noted_remarks(self) -> None:
        version = make.version(status="submitted")
        make.note(version)
        with refused("1 vorgemerkte Anmerkung ist noch nicht gesendet"):
            steps.approve(version=version, by=make.user(Role.MINISTRY_LEAD))

    def test_withdrawn_version_leaves_no_notes(self) -> None:
        version = make.version(status="submitted")
        make.note(version)
        steps.withdraw(version=version, reason=REASON, by=make.user())
        assert not NotedRemark.objects.exists()

    def test_nobody_but_the_ministry_sees_notes(self) -> None:
        version = make.note().version
        others = [Role.DISTRICT, Role.DISTRICT_LEAD], [Role.GRANT_OFFICE, Role.AUDITOR]
        users = [make.user(role, version.agreement.district) for role in others[0]] + [make.user(r) for r in others[1]]
        assert not any(NotedRemark.objects.visible_to(user).exists() for user in users)
        assert NotedRemark.objects.visible_to(make.user(Role.MINISTRY_LEAD)).count() == 1


class TestNotes:
    def test_colleague_rewords_a_note_and_is_its_author(self) -> None:
        note, colleague = make.note(), make.user(Role.MINISTRY)
        talk.change_note(note=note, text="Anders", by=colleague, seen=note.written_at)
        note.refresh_from_db()
        assert (note.text, note.author) == ("Anders", colleague)

    def test_note_that_a_colleague_changed_meanwhile_is_not_overwritten(self) -> None:
        note, colleague = make.note(), make.user(Role.MINISTRY, name="Max Kolb")
        talk.change_note(note=note, text="Anders", by=colleague)
        with refused("Max Kolb", "„Anders“", "Nichts ist überschrieben"):
            talk.change_note(note=note, text="Ganz anders", by=make.user(), seen=note.written_at)

    def test_note_that_was_sent_meanwhile_says_so(self) -> None:
        note = make.note()
        steps.return_to_draft(version=note.version, reason=REASON, by=make.user())
        with refused("inzwischen gesendet oder gelöscht", "steht noch im Feld"):
            talk.change_note(note=note, text="Ganz anders", by=make.user())

    def test_note_is_deleted_once_or_twice(self) -> None:
        note = make.note()
        talk.drop_note(note=note, by=make.user())
        talk.drop_note(note=note, by=make.user())
        assert not NotedRemark.objects.exists()


class TestThread:
    def test_question_answer_question_answer_done_and_opened_again(self) -> None:
        remark, by = make.remark(), make.user()
        lead, colleague = colleagues(remark)
        states: list[tuple[bool, bool, bool]] = []
        for step in (
            lambda: talk.answer_remark(remark=remark, answer="Zwanzig.", by=lead),
            lambda: talk.ask_further(remark=remark, text="Gleichzeitig?", by=by),
            lambda: talk.answer_remark(remark=remark, answer="Ja.", by=colleague),
            lambda: talk.close_remark(remark=remark, by=by),
            lambda: talk.ask_further(remark=remark, text="Die Zahl im Feld ist noch alt.", by=by),
        ):
            with clock.stopped(NOW + timedelta(minutes=len(states))):
                step()
            stored = Remark.objects.get()
            waits = Remark.objects.unanswered().exists()
            states.append((stored.is_open, stored.is_answered, stored.done_at is not None))
            assert waits is stored.is_open
        assert states == [(False, True, False), (True, False, False), (False, True, False), (False, True, True),
                          (True, False, False)]  # fmt: skip
        texts = [(reply.text, reply.side, reply.reopens) for reply in RemarkReply.objects.all()]
        assert texts == [
            ("Zwanzig.", "district", False), ("Gleichzeitig?", "land", False), ("Ja.", "district", False),
            ("Die Zahl im Feld ist noch alt.", "land", True),
        ]  # fmt: skip

    def test_further_question_while_the_ministry_checks_is_noted(self) -> None:
        version = make.version(status="submitted")
        remark = make.remark(version)
        note = talk.ask_further(remark=remark, text="Und nun?", by=make.user())
        assert isinstance(note, NotedRemark)
        steps.return_to_draft(version=version, reason=REASON, by=make.user())
        assert [reply.text for reply in remark.replies.all()] == ["Und nun?"]

    def test_closed_remark_is_not_opened_without_a_reason(self) -> None:
        remark = make.remark(done_at=NOW, done_by=make.user())
        with refused("Bitte nennen Sie den Grund"):
            talk.ask_further(remark=remark, text=" ", by=make.user())

    def test_answer_to_a_submitted_version_is_refused(self) -> None:
        remark = make.remark(make.version(status="submitted"))
        with refused("solange die Fassung bei Ihnen liegt"):
            talk.answer_remark(remark=remark, answer="Ja.", by=colleagues(remark)[0])


class TestAtOnce:
    def test_second_colleague_reads_the_first_answer_before_sending(self) -> None:
        remark = make.remark()
        first, second = colleagues(remark)
        seen = remark.seen
        talk.answer_remark(remark=remark, answer="Zwanzig.", by=first, seen=seen)
        with refused(first.name, "„Zwanzig.“", "steht noch im Feld"):
            talk.answer_remark(remark=remark, answer="Fünfzehn.", by=second, seen=seen)
        talk.answer_remark(remark=remark, answer="Fünfzehn.", by=second, seen=remark.seen)
        assert remark.replies.count() == 2

    def test_answer_sent_twice_stands_there_once(self) -> None:
        remark = make.remark()
        lead, seen = colleagues(remark)[0], remark.seen
        for _ in range(2):
            talk.answer_remark(remark=remark, answer="Zwanzig.", by=lead, seen=seen)
        assert remark.replies.count() == 1

    def test_answer_to_a_remark_closed_meanwhile_names_who_closed_it(self) -> None:
        remark, by = make.remark(), make.user(Role.MINISTRY, name="Jana Reinhardt")
        seen = remark.seen
        talk.close_remark(remark=remark, by=by)
        with refused("Jana Reinhardt hat die Anmerkung schon erledigt"):
            talk.answer_remark(remark=remark, answer="Zwanzig.", by=colleagues(remark)[0], seen=seen)

    def test_remark_is_not_closed_over_an_answer_that_nobody_has_read(self) -> None:
        remark = make.remark()
        lead, seen = colleagues(remark)[0], remark.seen
        talk.answer_remark(remark=remark, answer="Wir fragen noch.", by=lead)
        with refused(lead.name, "„Wir fragen noch.“", "noch nicht erledigt"):
            talk.close_remark(remark=remark, by=make.user(), seen=seen)

    def test_further_question_to_a_remark_closed_meanwhile_says_so(self) -> None:
        remark, closer = make.remark(), make.user(Role.MINISTRY, name="Max Kolb")
        seen = remark.seen
        talk.close_remark(remark=remark, by=closer)
        with refused("Max Kolb hat die Anmerkung inzwischen erledigt", "steht noch im Feld"):
            talk.ask_further(remark=remark, text="Und die Laufzeit?", by=make.user(), seen=seen)
