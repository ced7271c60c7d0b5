"""One module a stack: its view, and what it owns. Constructs of `andamio.cloud` do the work."""
