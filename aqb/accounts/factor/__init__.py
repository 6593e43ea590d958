"""The second factor: app with codes, passkey, recovery codes."""
