"""Names of the event log's columns: the keys of XES (IEEE 1849), with `case:` for the trace's."""

CASE = "case:concept:name"
ACTIVITY = "concept:name"
TIME = "time:timestamp"
TRANSITION = "lifecycle:transition"
INSTANCE = "concept:instance"
RESOURCE = "org:resource"
GROUP = "org:group"
OF_CASE = "case:"
NEEDED = (CASE, ACTIVITY, TIME)

# what can be grouped by although no log holds it
BEGAN_MONTH = "month:began"
FINISHED_MONTH = "month:finished"

START = "start"
# Of the standard transactional model: work was done on the step and is over. Skipping and
# withdrawing a step is no work, scheduling and assigning come before it.
ENDS = ("complete", "ate_abort", "pi_abort")
