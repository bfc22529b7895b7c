"""Who did what to what, and why. Knows actors only as account ids."""
