"""Back office of plan, text, agreements, papers and talk: one module for each aggregate."""

from agreements.admin import agreement, distribution, evidence, kept, plan, stated, talk, wording

__all__ = ["agreement", "distribution", "evidence", "kept", "plan", "stated", "talk", "wording"]
