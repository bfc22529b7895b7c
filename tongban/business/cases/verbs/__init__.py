"""What an administration does with a case besides deciding it: a file for each verb.

Each locks the case first, refuses with a reason and then changes nothing, writes an event into the
log of the case, an audit row, and tells whom it concerns.
"""
