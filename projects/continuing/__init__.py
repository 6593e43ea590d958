"""Projects of an earlier vintage are taken over into a draft: picked, adjusted to the new vintage, marked as continued."""
