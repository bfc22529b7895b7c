"""The lake: contracts, sources, loads, tables, editions, quarantine."""
