"""A city at work by a made-up calendar of applications: first in memory, where everything that will
happen is settled, then through the actions that the pages call."""
