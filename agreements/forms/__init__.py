"""What people fill in on the pages of the ministry and of the agreement."""
