"""City folders for the tests of load, dump and diff."""

from pathlib import Path

CITY = Path(__file__).parents[2] / "cities" / "yunze"
