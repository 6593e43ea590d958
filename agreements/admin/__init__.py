"""Back office of plan, text, agreements, papers and talk: one module for each aggregate."""

from agreements.admin import agreement, evidence, kept, plan, stated, talk, wording

__all__ = ["agreement", "evidence", "kept", "plan", "stated", "talk", "wording"]
