"""The machine API, versioned by its path."""
