"""The pages of a decision: looked at, tried, judged, and changed by way of a draft."""
