"""One file that holds everything but the master key, and a state made from it again.

What is copied in which order: the audit anchors, then the database in one snapshot, then the lake
files that the editions of that snapshot name. Anchors that are older than the chain they vouch for
are sound, newer ones would accuse it. Lake files never change and a version's files stay while an
edition names it, so they can be copied after the snapshot; log entries beyond the snapshot's
versions are left out, since nobody in the restored database knows of them.

The lake's files stay encrypted and the database's sealed fields sealed: without the master key,
which is never in the archive, they cannot be read. Names in accounts and cases can; the archive is
readable by its owner alone and belongs where only administrators reach. A lawful deletion does not
reach an archive made before it: the command that restores erases again by the list of erasures.
"""

from tongban.commands.backing.archive import Manifest
from tongban.commands.backing.proving import Proof, prove
from tongban.commands.backing.restoring import restore, verify
from tongban.commands.backing.taking import take

__all__ = ["Manifest", "Proof", "prove", "restore", "take", "verify"]
