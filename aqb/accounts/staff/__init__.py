"""Who works here: invitations, closing and opening accounts, deputies."""
