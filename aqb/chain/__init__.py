"""The chain over the history, by which a later change shows, whoever made it, also an administrator of the database.

Each day (and on demand) everything recorded since the last link is hashed into a link that contains the hash of the link
before. `extend` adds links, `verify` recomputes all, `export` puts them where the database's administrator cannot reach
them. docs/operations.md tells what the chain shows and what it cannot show.
"""

from aqb.chain.exported import Diverged, ExportedLink, Unreadable, export, read
from aqb.chain.findings import KINDS, NAMED, Finding, Report
from aqb.chain.link import Busy, extend, hold
from aqb.chain.sources import sources
from aqb.chain.verification import verify

__all__ = [
    "KINDS",
    "NAMED",
    "Busy",
    "Diverged",
    "ExportedLink",
    "Finding",
    "Report",
    "Unreadable",
    "export",
    "extend",
    "hold",
    "read",
    "sources",
    "verify",
]
