"""How people come in: accounts, login, second factor, single sign-on, invitations, sessions."""
