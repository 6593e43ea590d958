"""German words for every recorded table: what a row is called, its columns in a sentence, and what can be done with it."""

from reporting.timeline.words import contract, distribution, papers, people, plan, projects, public
from reporting.timeline.words.ground import Detail, Seen, Words

WORDS: dict[str, Words] = {
    **contract.WORDS,
    **papers.WORDS,
    **projects.WORDS,
    **plan.WORDS,
    **distribution.WORDS,
    **people.WORDS,
    **public.WORDS,
}

__all__ = ["WORDS", "Detail", "Seen", "Words"]
