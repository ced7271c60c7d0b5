"""Reads a catalog folder into a `Platform`, or says everything that is wrong with its files."""

from andamio.loading.catalog import CatalogError, load

__all__ = ["CatalogError", "load"]
