"""Writes the source systems of the fictional city, with known and counted dirt."""
