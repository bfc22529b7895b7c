"""`python -m conformance DIR`: run the public test kits that lie in a folder.

The folder is laid out as its README says; what is not there is named and passed over.
"""

import argparse
import sys
from pathlib import Path

from conformance import dmn
from conformance.bpmn import betsy, constraints, judged, miwg

DMN = "dmn-tck"
BPMN = {
    "bpmn-betsy": betsy.run,
    "bpmn-constraints": constraints.run,
    "bpmn-miwg": miwg.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the public test kits that lie in a folder.")
    parser.add_argument("folder", type=Path, help=f"where {DMN}/ and the other kits lie")
    parser.add_argument(
        "--results",
        type=Path,
        help="write the DMN kit's own results file here, bpmn-results.csv beside it",
    )
    parser.add_argument("--failures", action="store_true", help="tell each case that fails")
    asked = parser.parse_args()
    there = [name for name in (DMN, *BPMN) if (asked.folder / name).is_dir()]
    if not there:
        parser.error(f"{asked.folder} holds none of the folders {', '.join((DMN, *BPMN))}")
    for name in (DMN, *BPMN):
        if name not in there:
            sys.stderr.write(f"{asked.folder} holds no folder {name}\n")
    if DMN in there:
        _dmn(asked.folder / DMN, asked)
    _bpmn([name for name in BPMN if name in there], asked)
    return 0


def _dmn(kit: Path, asked: argparse.Namespace) -> None:
    ran = dmn.run(kit)
    sys.stdout.write(dmn.summary(ran))
    if asked.failures:
        sys.stdout.write(dmn.failures(ran))
    if asked.results:
        dmn.write_results(ran, asked.results)


def _bpmn(names: list[str], asked: argparse.Namespace) -> None:
    ran = [BPMN[name](asked.folder / name) for name in names]
    if not ran:
        return
    sys.stdout.write(judged.summary(ran))
    if asked.failures:
        sys.stdout.write(judged.failures(ran))
    if asked.results:
        beside = asked.results.with_name("bpmn-results.csv")
        judged.write_results(ran, beside)


if __name__ == "__main__":
    sys.exit(main())
