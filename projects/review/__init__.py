"""The ministry looks at what a district has handed in: remarks field by field, giving back, and what has changed since."""
