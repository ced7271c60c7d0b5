"""What OVHcloud offers and limits: regions, sizes, clusters, databases, names and ranges.

Nothing is fetched: the numbers are those of OVHcloud's documentation in the summer of 2026, each
with its page in words. Where a value is deduced from another, its text says so.
"""
