"""The pages of a process: looked at, with what its cases did, judged, and changed in a draft."""
