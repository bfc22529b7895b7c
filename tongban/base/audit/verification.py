"""Walk the whole chain once and say what does not fit.

Two proofs are kept apart: the row's own (did the platform write this event, as it stands?) and the
seal's (does this event stand where it was sealed?). Places whose seal fails form a run; a later
sound seal or an anchor that still names one of the run's hashes vouches that those hashes are ours
and only moved; otherwise somebody computed them without the key.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.db.models import Exists, Max, OuterRef

from tongban.base.audit import anchors, chain
from tongban.base.audit.anchors import Anchor
from tongban.base.audit.findings import MOST_FINDINGS, Finding, Findings, Kind, Report
from tongban.base.audit.models import Event, Seal, Unsealed

CHUNK = 5_000
REMEMBERED_HASHES = 1_000


def _micros(column: str) -> str:
    """Integers are read in a third of the time of timestamps. Infinity, a manipulation, is null."""
    epoch = f"(extract(epoch FROM {column}) * 1000000)::bigint"
    return f"CASE WHEN isfinite({column}) THEN {epoch} END"


DETAILS = chain.PROVEN.index("details")
COLUMNS = {name: f"event.{name}" for name in chain.PROVEN} | {"at": _micros("event.at")}
PLACES = f"""
    SELECT seal.sequence, seal.event_id, seal.previous, seal.hash,
           {_micros("seal.at")}, event.proof, {", ".join(COLUMNS.values())}
    FROM audit_seal seal LEFT JOIN audit_event event ON event.id = seal.event_id
    WHERE seal.sequence > %s AND seal.sequence <= %s
    ORDER BY seal.sequence LIMIT %s
"""


@dataclass(frozen=True)
class Place:
    """A seal and its event as stored; `proof` and `values` are None where the event is gone."""

    sequence: int
    event: int
    previous: bytes
    hash: bytes
    at: int  # microseconds
    proof: bytes | None
    values: list[object] | None

    def sealed(self) -> bool:
        return self.proof is not None and self.hash == chain.seal_hash(
            self.previous, self.sequence, self.event, self.proof, self.at
        )

    def edited(self) -> bool:
        return self.values is not None and self.proof != chain.proof(chain.event_text(self.values))


@dataclass
class Run:
    """Neighbouring places whose events are genuine and whose seals do not fit them."""

    first: Place
    last: Place
    hashes: deque[bytes] = field(default_factory=lambda: deque(maxlen=REMEMBERED_HASHES))

    def take(self, place: Place) -> None:
        self.last = place
        self.hashes.append(place.hash)


class ChainWalk:
    """Is fed with places by sequence."""

    def __init__(self, findings: Findings):
        self.sequence = 0
        self._findings = findings
        self._runs: list[Run] = []
        self._vouched: set[bytes] = set()  # hashes that a sound seal or an anchor says are ours
        self._head: bytes | None = chain.GENESIS  # None: the place before is itself in doubt

    def step(self, place: Place) -> bool:
        """Whether the seal is sound, so that what it says can be relied upon."""
        if place.sequence != self.sequence + 1:
            self._found(Kind.DELETED, self.sequence + 1, None, place.sequence - 1)
            self._head = None
        edited = place.edited()
        if edited:
            self._found(Kind.EDITED, place.sequence, place.event)
        sound = place.sealed()
        if sound:
            self._take_sound_seal(place)
        elif place.values is None:
            self._found(Kind.DELETED, place.sequence, place.event)
            self._head = None
        else:
            self._head = None
            if not edited:
                self._extend_run(place)
        self.sequence = place.sequence
        return sound

    def finish(self) -> None:
        for run in self._runs:
            ours = not self._vouched.isdisjoint(run.hashes)
            kind = Kind.REORDERED if ours else Kind.RECOMPUTED
            self._found(kind, run.first.sequence, run.first.event, run.last.sequence)

    def vouch(self, hash_: bytes) -> bool:
        """Whether a hash that was anchored stands in a run, though perhaps at another place."""
        if any(hash_ in run.hashes for run in self._runs):
            self._vouched.add(hash_)
            return True
        return False

    @property
    def enough(self) -> bool:
        return len(self._runs) + self._findings.count >= MOST_FINDINGS

    def _take_sound_seal(self, place: Place) -> None:
        if self._head is None:
            self._vouched.add(place.previous)
        elif self._head != place.previous:
            self._found(Kind.RECOMPUTED, place.sequence, place.event)
        self._head = place.hash

    def _extend_run(self, place: Place) -> None:
        if not self._runs or self._runs[-1].last.sequence != place.sequence - 1:
            self._runs.append(Run(first=place, last=place))
        self._runs[-1].take(place)

    def _found(self, kind: Kind, sequence: int, event: int | None, until: int | None = None):
        self._findings.add(Finding(kind, sequence, event, until or sequence))


class AnchorWalk:
    """Holds the anchors against the chain, in step with it."""

    def __init__(self, bound: int, walk: ChainWalk, findings: Findings):
        self.anchored = 0
        self._bound, self._walk, self._findings = bound, walk, findings
        self._lines = self._trusted()
        self._next = next(self._lines, None)
        self._unanchored: Place | None = None  # the first place after the last anchor
        self._mismatches: list[tuple[Anchor, Place]] = []  # of neighbouring ones the first
        self._told_missing = self._matched = True
        if bound and anchors.last(settings.AUDIT_ANCHOR) is None:
            self._findings.add(Finding(Kind.ANCHOR_MISSING, 1))
        else:
            self._told_missing = False

    def step(self, place: Place, sound: bool) -> None:
        if sound:
            self._notice_missing(place)
        while self._next and self._next.count <= place.sequence:
            self._compare(self._next, place)
            self._next = next(self._lines, None)

    def finish(self) -> None:
        """Call when the chain's walk is over, wherever it ended."""
        for anchor, place in self._mismatches:
            if not self._walk.vouch(anchor.hash):
                self._findings.add(Finding(Kind.ANCHOR_MISMATCH, place.sequence, place.event))

    def notice_tail(self) -> None:
        """Call when the chain was walked to its end."""
        if self._next:
            most = max([self._next.count, *(anchor.count for anchor in self._lines)])
            self._findings.add(Finding(Kind.TAIL_DELETED, self._walk.sequence + 1, None, most))

    def _compare(self, anchor: Anchor, place: Place) -> None:
        self.anchored = anchor.count
        self._unanchored, self._told_missing = None, False
        if self._walk.vouch(anchor.hash) or anchor.count != place.sequence:
            return
        matched, self._matched = self._matched, anchor.hash == place.hash
        if matched and not self._matched:
            self._mismatches.append((anchor, place))

    def _notice_missing(self, place: Place) -> None:
        """Two passes without an anchor between them: a crash costs one anchor, never two."""
        if self._unanchored is None:
            self._unanchored = place
        elif place.at != self._unanchored.at and not self._told_missing:
            first = self._unanchored
            self._findings.add(Finding(Kind.ANCHOR_MISSING, first.sequence, first.event))
            self._told_missing = True

    def _trusted(self) -> Iterator[Anchor]:
        """The anchors whose line is ours, up to the bound; of a stretch of bad lines the first."""
        previous, count, trusted = chain.GENESIS, 0, True
        for number, anchor in anchors.read(settings.AUDIT_ANCHOR):
            before, trusted = trusted, anchor.follows(previous)
            previous = anchor.proof
            if not trusted:
                if before:
                    self._findings.add(Finding(Kind.ANCHOR_CHANGED, None, line=number))
                continue
            if anchor.count > self._bound:
                return  # written while we read
            if anchor.count < count:
                self._findings.add(Finding(Kind.TAIL_DELETED, anchor.count + 1, until=count))
            elif anchor.count:
                yield anchor
            count = anchor.count


def verify(progress: Callable[[int, int], None] | None = None) -> Report:
    """Check every event, its place and every anchor. Runs beside writers and the sealer.

    `progress` is told after each chunk how many of how many places were checked.
    """
    newest = Seal.objects.aggregate(newest=Max("sequence"))["newest"] or 0
    # An anchor follows its seals, so every anchor read from now on has its seals below the bound.
    last = anchors.last(settings.AUDIT_ANCHOR)
    bound = max(newest, last.count if last else 0)
    findings = Findings()
    walk = ChainWalk(findings)
    anchored = AnchorWalk(bound, walk, findings)
    for place in _places(bound):
        sound = walk.step(place)
        anchored.step(place, sound)
        if progress and (place.sequence % CHUNK == 0 or place.sequence == bound):
            progress(place.sequence, bound)
        if walk.enough:
            break
    else:
        anchored.notice_tail()
        _find_unchained(findings)
    complete = not walk.enough
    anchored.finish()
    walk.finish()
    return Report(
        findings=findings.in_order(),
        sealed=walk.sequence,
        waiting=Unsealed.objects.count(),
        anchored=anchored.anchored,
        complete=complete,
    )


def _places(bound: int) -> Iterator[Place]:
    """By key in chunks, not through one cursor: that would hold a snapshot open for minutes."""
    after = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(PLACES, [after, bound, CHUNK])
            places = [_place(*row) for row in cursor.fetchall()]
            if not places:
                return
            yield from places
            after = places[-1].sequence


def _place(sequence, event, previous, hash_, at, proof, *values) -> Place:
    if proof is None:
        return Place(sequence, event, previous, hash_, at, None, None)
    columns = list(values)
    # What Python cannot parse was never written by `record`: as text it fails its proof.
    with suppress(ValueError, RecursionError):
        columns[DETAILS] = json.loads(columns[DETAILS])
    return Place(sequence, event, previous, hash_, at, proof, columns)


def _find_unchained(findings: Findings) -> None:
    sealed = Seal.objects.filter(event=OuterRef("pk"), sequence__gte=1)
    waiting = Unsealed.objects.filter(event=OuterRef("pk"))
    stray = Event.objects.filter(~Exists(sealed), ~Exists(waiting)).order_by("id")
    for event in stray.values_list("id", flat=True)[:MOST_FINDINGS]:
        findings.add(Finding(Kind.UNCHAINED, None, event))
