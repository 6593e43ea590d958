"""Search over everything that a person may see, by vintage, with the way to each place."""
