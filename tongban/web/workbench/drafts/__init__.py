"""What the pages of a decision and a process share: an item, its live version, its draft."""
