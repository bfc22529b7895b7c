"""What crosses all boxes: load, up, simulate and their like."""
