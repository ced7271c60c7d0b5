"""From a catalog to `dist/`: resolve, build, check, publish; the only code that writes there."""
