"""The page of simulations: two ways of working, side by side."""
