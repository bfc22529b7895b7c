"""A package from its one form to its certificates: each item is a case like any other."""
