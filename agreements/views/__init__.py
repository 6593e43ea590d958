"""The pages of the ministry and of the agreement, one module per noun."""
