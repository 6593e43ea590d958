"""The small Markdown of people's texts: paragraphs, lists and bold, as data; on public pages also headings and links.

Nothing here makes HTML. `parse` gives blocks of runs that a template escapes; whatever the small Markdown
does not know is refused by name instead of being dropped or printed raw.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NotRequired, TypedDict

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token


class Run(TypedDict):
    """A stretch of text of one look; `filled` marks what a placeholder put in, `url` is where a link leads."""

    text: str
    bold: bool
    filled: bool
    url: NotRequired[str]


Block = dict[str, Any]

REFUSED = {
    "heading_open": "Überschriften (#, === oder ---) gibt es im Text nicht; die Überschrift steht im eigenen Feld.",
    "hr": "Trennlinien (---, ***) gibt es im Text nicht.",
    "blockquote_open": "Zitate (eine Zeile mit > am Anfang) gibt es im Text nicht.",
    "fence": "Code-Blöcke (```) gibt es im Text nicht.",
    "code_inline": "Code (`…`) gibt es im Text nicht.",
    "link_open": "Links ([Text](Adresse)) gibt es im Text nicht; schreiben Sie die Adresse aus.",
    "image": "Bilder (![…](…)) gibt es im Text nicht.",
    "table_open": "Tabellen (| … |) gibt es im Text nicht.",
    "s_open": "Durchgestrichenes (~~…~~) gibt es im Text nicht.",
    "em_open": "Kursives (*…* oder _…_) gibt es im Text nicht; fett schreiben Sie mit **…**.",
}
# What a public page may have beside paragraphs, lists and bold; a contract may not.
PAGE = frozenset({"heading_open", "link_open"})
HEADINGS = {"##": 2, "###": 3}  # the page's own title is the first one
HEADING = "Überschriften beginnen mit ## oder ###; die Überschrift der Seite steht im Feld „Titel“."
HEADING_ORDER = "Vor der ersten kleinen Überschrift (###) steht eine große (##)."
LINK = re.compile(r"https?://[^/\s]|mailto:[^@\s]+@|tel:\+?\d|/(?![/\\])")
LINKED = "Ein Link führt zu „{0}“; möglich sind Adressen mit https://, mailto:, tel: und eigene Seiten wie /pruefen/."
NESTED = "Listen in Listen gibt es im Text nicht."
ITEM = "Ein Listenpunkt ist ein einziger Absatz; teilen Sie ihn oder schreiben Sie den Rest unter die Liste."

# What could only be meant as markup or as a template; „a < b“ and „{Betrag}“ are neither.
MARKUP = (
    (
        re.compile(r"<!--|<[/!?]?[A-Za-z][^<>]*>"),
        "HTML („{0}“) gibt es im Text nicht; nehmen Sie die spitzen Klammern weg.",
    ),
    (
        re.compile(r"\{[%{#].*?[%}#]\}|\{%|%\}|\{\{|\}\}", re.DOTALL),
        "Vorlagenbefehle („{0}“) gibt es im Text nicht; Platzhalter haben einfache Klammern wie {{Betrag}}.",
    ),
)
BRACES = re.compile(r"\{[^{}]*\}")
SHOWN = 40  # characters of a refused piece that the sentence repeats


MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip


class TextError(ValueError):
    """A text holds something that the small Markdown does not know; `reasons` are German sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def _braces(state: StateInline, silent: bool) -> bool:
    """Take `{…}` as it stands: a placeholder may hold * or _ without becoming markup."""
    found = BRACES.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.pending += found.group()
    state.pos = found.end()
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # Without these rules the characters simply stay text: `&amp;`, indented lines, `[1]: …`, `<https://…>`.
    parser.disable(["entity", "code", "reference", "html_block", "html_inline", "autolink"])
    parser.inline.ruler.before("escape", "braces", _braces)
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # refused by name instead of left as it stands
    return parser


_markdown = _parser()


def parse(text: str, more: frozenset[str] = frozenset()) -> list[Block]:
    """Paragraphs and lists of a text as blocks of runs; raises TextError naming everything that is refused.

    `more` is PAGE for texts of public pages: then there are headings and links, and lines stay as they were written.
    """
    tokens = _markdown.parse(text)
    if reasons := _refusals(text, tokens, more):
        raise TextError(reasons)
    return list(_blocks(tokens, "\n" if more else " "))


def problems(text: str, more: frozenset[str] = frozenset()) -> list[str]:
    """German sentences for everything in the text that `parse` would refuse; empty when it is fine."""
    return _refusals(text, _markdown.parse(text), more)


def escape(plain: str) -> str:
    """Text that `parse` gives back as exactly this one paragraph: stars, dashes and numbers lose their meaning."""
    line = re.sub(r"([\\`*_\[\]~|])", r"\\\1", " ".join(plain.split()))
    line = re.sub(r"^([-+>#=])", r"\\\1", line)
    return re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", line)


def runs(text: str) -> list[Run]:
    """The runs of one line of plain text, without any markup: headings, labels, titles."""
    return [{"text": text, "bold": False, "filled": False}] if text else []


def plain(parts: list[Run]) -> str:
    """The bare text of runs."""
    return "".join(part["text"] for part in parts)


def long_date(iso: str) -> str:
    """`8. August 2023` from `2023-08-08`; nothing from nothing. Does not depend on the active language."""
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    return f"{day.day}.\u00a0{MONTHS[day.month - 1]} {day.year}"


def _refusals(text: str, tokens: list[Token], more: frozenset[str]) -> list[str]:
    reasons = [
        sentence.format(found.group()[:SHOWN]) for pattern, sentence in MARKUP if (found := pattern.search(text))
    ]
    reasons += [REFUSED[token.type] for token in _walk(tokens) if token.type in REFUSED and token.type not in more]
    reasons += [*_headings(tokens), *_lists(tokens), *_links(tokens)] if more else _lists(tokens)
    return list(dict.fromkeys(reasons))


def _headings(tokens: list[Token]) -> Iterator[str]:
    found = [HEADINGS.get(token.markup) for token in tokens if token.type == "heading_open"]
    if None in found:
        yield HEADING
    elif found and found[0] != min(HEADINGS.values()):
        yield HEADING_ORDER


def _links(tokens: list[Token]) -> Iterator[str]:
    for token in _walk(tokens):
        url = str(token.attrs.get("href", ""))
        if token.type == "link_open" and not LINK.match(url):
            yield LINKED.format(url[:SHOWN])


def _lists(tokens: list[Token]) -> list[str]:
    reasons: list[str] = []
    depth = paragraphs = 0
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            depth += 1
            reasons += [NESTED] if depth > 1 else []
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
        elif token.type == "list_item_open":
            paragraphs = 0
        elif token.type == "paragraph_open" and depth == 1:
            paragraphs += 1
            reasons += [ITEM] if paragraphs > 1 else []
    return reasons


def _walk(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or [])


def _blocks(tokens: list[Token], line_end: str) -> Iterator[Block]:
    current: Block | None = None
    level = 0
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            ordered = token.type == "ordered_list_open"
            current = {"type": "list", "ordered": ordered, "items": []}
            if ordered:
                # „15. Mai …“ at the start of a line is a list to Markdown: its number must not turn into 1.
                current["start"] = int(token.attrs.get("start", 1))
        elif token.type == "list_item_open" and current is not None:
            current["items"].append([])
        elif token.type in {"bullet_list_close", "ordered_list_close"} and current is not None:
            yield current
            current = None
        elif token.type in {"heading_open", "heading_close"}:
            level = HEADINGS[token.markup] if token.type == "heading_open" else 0
        elif token.type == "inline":
            parts = _inline(token.children or [], line_end)
            if level:
                yield {"type": "heading", "level": level, "runs": parts}
            elif current is not None:
                current["items"][-1] = parts
            else:
                yield {"type": "paragraph", "runs": parts}


def _inline(children: list[Token], line_end: str) -> list[Run]:
    parts: list[Run] = []
    bold, url = False, ""
    for child in children:
        if child.type in {"strong_open", "strong_close"}:
            bold = child.type == "strong_open"
            continue
        if child.type in {"link_open", "link_close"}:
            url = str(child.attrs.get("href", ""))
            continue
        # In a contract a line break inside a paragraph is only how the author's editor wrapped the line.
        content = line_end if child.type in {"softbreak", "hardbreak"} else child.content
        if parts and (parts[-1]["bold"], parts[-1].get("url", "")) == (bold, url):
            parts[-1]["text"] += content
        elif content:
            run: Run = {"text": content, "bold": bold, "filled": False}
            parts.append({**run, "url": url} if url else run)
    return parts
