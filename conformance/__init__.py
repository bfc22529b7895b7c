"""Public test kits, run against the engines: `make conformance CONFORMANCE=DIR`."""
