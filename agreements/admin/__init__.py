"""Back office of plan, text, agreements, papers and talk: one module for each aggregate."""

from agreements.admin import agreement, kept, plan, stated, talk, wording

__all__ = ["agreement", "kept", "plan", "stated", "talk", "wording"]
