"""How long somebody stays signed in, and what becomes of what they typed."""
