"""The public check: is a file ours, is it unchanged, does it still hold; and what anyone may know of a document."""
