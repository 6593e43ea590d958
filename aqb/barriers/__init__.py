"""Barriers that people meet on pages: how they are reported, and how somebody answers for them."""
