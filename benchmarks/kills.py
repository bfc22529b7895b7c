"""kill -9 inside begin, stage, commit, publish and effect: nothing lost, nothing twice (G23).

    .venv/bin/python -m benchmarks.kills [--kills 300] [--servers 12] [--seed 1]

Each time a process does a whole act of the product (a load to its edition, three cases, a
correction by a job, sealing the log) and dies at a place of its own: before or after a statement,
a commit, a change of a file, or within one. Then another looks at what there is, and
does the act again; that may die in turn, up to three times. In the end it is done, and all is
looked at once more. `--servers` further times it is PostgreSQL that dies. Whatever is found ends
the run.
"""

import argparse
import functools
import itertools
import os
import pickle
import random
import signal
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import throwaway
from benchmarks.pairs import table

KILLS, SERVERS, SEED = 300, 12, 1
LONGEST = 3  # kills in a row, of one act
PHASES = ("begin", "stage", "commit", "publish", "effect")
SHARES = {"load": 0.45, "handle": 0.3, "correct": 0.2, "seal": 0.05}
HEADER = ("died in", "kills", "in a transaction", "in the middle of a file", "server killed")


@dataclass(frozen=True)
class Kill:
    act: str
    number: int  # of the place
    server: bool = False


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--servers", type=int, default=SERVERS)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    return run(given.kills, given.servers, given.seed)


def run(kills: int = KILLS, servers: int = SERVERS, seed: int = SEED) -> str:
    with _state() as state:
        killer = Killer(state)
        try:
            killer.run(kills, servers, random.Random(seed))
        except KeyboardInterrupt:
            return f"{killer.report()}stopped before its end\n"
        return killer.report()


@contextmanager
def _state() -> Iterator[Path]:
    """The one that was given, where one was; else a throw-away one with a server of its own."""
    if "DATABASE_URL" not in os.environ:
        with throwaway.state() as state:
            from django.db import connections

            connections.close_all()
            yield state
        return
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.settings"
    django.setup()
    yield Path(os.environ["TONGBAN_STATE"])


class Killer:
    """Everything happens in forks of this process, which itself opens no connection and no file of
    the lake: what dies takes nothing of it along."""

    def __init__(self, state: Path):
        self.data = state / "data"
        self.state = state
        self.round = 0
        self.died: list[tuple[Kill, Any]] = []

    def run(self, kills: int, servers: int, chance: random.Random) -> None:
        from tests.killing import acts

        self.data.mkdir(parents=True)
        _forked(lambda: acts.set_up(self.data))
        places = {act: self._rehearse(act) for act in SHARES}
        wanted = {act: max(1, round(kills * share)) for act, share in SHARES.items()}
        for act, count in wanted.items():
            numbers = _spread(places[act], chance)
            died = 0
            while died < count:
                few = min(chance.randint(1, LONGEST), count - died)
                died += self._chain([Kill(act, next(numbers)) for _ in range(few)])
        for turn in range(servers):
            act = tuple(SHARES)[turn % 3]
            whole = [n for n, place in enumerate(places[act]) if not place.torn]
            self._chain([Kill(act, chance.choice(whole), server=True)])

    def _rehearse(self, act: str) -> list[Any]:
        """The places that the act passes."""
        from tests.killing import acts, points

        def pass_all() -> list[Any]:
            acts.prepare(act, self.round, self.data)
            passed = points.Points()
            passed.arm()
            acts.ACTS[act](self.round, self.data)
            return passed.passed

        self.round += 1
        return _forked(pass_all)

    def _chain(self, kills: Sequence[Kill]) -> int:
        """One act that dies, and dies again when it is done again, and is done at last; returns how
        often it died."""
        from tests.killing import points

        self.round += 1
        died = []
        for kill in kills:
            end = self._kill_server if kill.server else points.kill
            place = _dies(functools.partial(self._armed, kill, end, not died))
            if place is None:
                break  # little was left to do, and it came to its end
            died.append(f"{kill.act} killed in {place}")
            self.died.append((kill, place))
            if kill.server:
                self._start_server()
        if found := _forked(lambda: list(self._found_after(kills[0].act))):
            raise SystemExit("\n".join([*died, *found]))
        sys.stderr.write(f"\r{len(self.died)} kills, the last in {kills[0].act} ")
        sys.stderr.flush()
        return len(died)

    def _armed(
        self,
        kill: Kill,
        end: Callable[[Any], None],
        is_first: bool,
        told: Callable[[Any], None],
    ) -> None:
        from tests.killing import acts, points, soundness

        def at_the_place(place: Any) -> None:
            told(place)
            end(place)

        if is_first:
            acts.prepare(kill.act, self.round, self.data)
        elif found := soundness.at_any_moment(self.round):
            raise SystemExit("\n".join(found))
        else:
            acts.forget_heartbeats()
        points.Points(kill.number, at_the_place).arm()
        acts.ACTS[kill.act](self.round, self.data)

    def _found_after(self, act: str) -> Iterator[str]:
        from tests.killing import acts, soundness

        yield from soundness.at_any_moment(self.round)
        acts.forget_heartbeats()
        acts.ACTS[act](self.round, self.data)
        yield from (f"done again: {each}" for each in soundness.in_the_end(act, self.round))

    def _kill_server(self, place: Any) -> None:
        """The postmaster, without a word to anybody: its backends see that and end by themselves,
        and then the process that lost them."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # who loses his server dies of an exception
        postmaster = int((self.state / "pg" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(postmaster, signal.SIGKILL)

    def _start_server(self) -> None:
        """As `tongban up` does: as soon as nothing of the old one is left."""
        from tongban.commands import supervisor

        server, pace = supervisor.Server(self.state), supervisor.Pace(first_pause=0.2)
        while not _answers(self.state):
            server.tend(time.monotonic(), lambda words: None, pace)
            time.sleep(pace.tick)

    def report(self) -> str:
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for kill, place in self.died:
            for phase in (place.phase, "all"):
                counted[phase]["kills"] += 1
                counted[phase]["inside"] += place.inside
                counted[phase]["torn"] += place.torn
                counted[phase]["server"] += kill.server
        lines = [_line(phase, counted[phase]) for phase in (*PHASES, "all") if counted[phase]]
        acts = Counter(kill.act for kill, _ in self.died)
        places = len({(kill.act, str(place)) for kill, place in self.died})
        told = ", ".join(f"{act} {count}" for act, count in sorted(acts.items()))
        return f"{table(HEADER, lines)}\n{told}; {places} kinds of places; nothing lost or twice\n"


def _answers(state: Path) -> bool:
    import psycopg

    from tongban import embedded

    try:
        psycopg.connect(embedded.url(state)).close()
    except psycopg.OperationalError:
        return False
    return True


def _spread(places: Sequence[Any], chance: random.Random) -> Iterator[int]:
    """Numbers of places without end: of each phase in turn, none again before all were there."""
    phases: defaultdict[str, list[int]] = defaultdict(list)
    for number, place in enumerate(places):
        phases[place.phase].append(number)
    queues = [_endless(numbers, chance) for _, numbers in sorted(phases.items())]
    return itertools.chain.from_iterable(zip(*queues, strict=True))


def _endless(numbers: list[int], chance: random.Random) -> Iterator[int]:
    while True:
        yield from chance.sample(numbers, len(numbers))


def _line(phase: str, counted: Counter[str]) -> list[str]:
    share = f"{counted['inside']} ({counted['inside'] / counted['kills']:.0%})"
    return [phase, str(counted["kills"]), share, str(counted["torn"]), str(counted["server"])]


def _forked(act: Callable[[], Any]) -> Any:
    """What it gives, from a process of its own; what it raises ends everything."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        _end(lambda: os.write(writer, pickle.dumps(act())))
    os.close(writer)
    with os.fdopen(reader, "rb") as given:
        told = given.read()
    _, status = os.waitpid(pid, 0)
    if status:
        raise SystemExit(f"a process that nobody killed ended with {status}")
    return pickle.loads(told)


def _dies(act: Callable[[Callable[[Any], None]], Any]) -> Any:
    """The place that it told of before it died there; None where it came to its end."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        _end(lambda: act(lambda place: os.write(writer, pickle.dumps(place))))
    os.close(writer)
    with os.fdopen(reader, "rb") as given:
        told = given.read()
    _, status = os.waitpid(pid, 0)
    if told and status:
        return pickle.loads(told)
    if told or status:
        raise SystemExit(f"a process ended with {status} at {told and pickle.loads(told)}")
    return None


def _end(act: Callable[[], Any]) -> None:
    try:
        act()
        status = 0
    except BaseException:  # noqa: BLE001 - the fork must not run on as its parent
        traceback.print_exc()
        status = 1
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    os.write(1, main().encode())
