"""What both planes have to agree on: names, labels, secret links, stores, stacks, cloud outputs."""
