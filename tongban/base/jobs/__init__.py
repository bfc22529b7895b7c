"""Background jobs and schedules, in the same database as what they act on."""
