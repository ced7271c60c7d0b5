"""What every imitated provider does alike: planning, applying and reading by schema and behaviour data."""
