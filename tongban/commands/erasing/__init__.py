"""Erasing one person under law, from the first look to the proof.

Every step is a transaction of its own and finds by itself what is left to do, so a run that was
killed is finished by calling it again. The order matters: first nobody can bring the person back
(his digest is noted, runs at work are closed), then the lake, then what business holds, and the
identity last, for it leads from the number to everything else.
"""

from tongban.commands.erasing.doing import erase
from tongban.commands.erasing.holding import Holding, held
from tongban.commands.erasing.proving import Proof, prove
from tongban.commands.erasing.replaying import RESTORE, replay, still_held, taken_again
from tongban.commands.erasing.target import Target, of_key

__all__ = [
    "RESTORE",
    "Holding",
    "Proof",
    "Target",
    "erase",
    "held",
    "of_key",
    "prove",
    "replay",
    "still_held",
    "taken_again",
]
