"""The verbs of an administration on the page of a case."""
