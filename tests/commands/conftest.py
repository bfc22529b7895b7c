"""Processes that start fast."""

from tests.commands.processes import share_bytecode

share_bytecode()
