"""`python -m conformance DIR`: run the public test kits that lie in a folder.

The folder is laid out as its README says; what is not there is named and passed over.
"""

import argparse
import sys
from pathlib import Path

from conformance import dmn


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the public test kits that lie in a folder.")
    parser.add_argument("folder", type=Path, help="where dmn-tck/ and the other kits lie")
    parser.add_argument("--results", type=Path, help="write the DMN kit's own results file here")
    parser.add_argument("--failures", action="store_true", help="tell each case that fails")
    asked = parser.parse_args()
    kit = asked.folder / "dmn-tck"
    if not kit.is_dir():
        parser.error(f"{asked.folder} holds no folder dmn-tck")
    ran = dmn.run(kit)
    sys.stdout.write(dmn.summary(ran))
    if asked.failures:
        sys.stdout.write(dmn.failures(ran))
    if asked.results:
        dmn.write_results(ran, asked.results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
