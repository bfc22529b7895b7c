"""The workbench: what staff see, dense and ordered."""
