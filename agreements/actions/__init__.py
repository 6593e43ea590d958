"""What can happen to agreements: one module per concern, one function per verb.

Every action takes keywords only and the acting person as `by`; it runs in one transaction, locks the row that its
rule is about, asks `aqb.access`, and raises `Refused` with German sentences for what it refuses.
"""
