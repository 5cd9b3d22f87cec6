# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs Meson's tests and ends with one line that counts them: run_tests.py BUILD MULTIPLIER [SUITE or TEST…]"""

import collections
import json
import pathlib
import subprocess
import sys

PASSED = ("OK", "EXPECTEDFAIL")
SKIPPED = ("SKIP", "IGNORED")


def selection(build, words):
    """Meson's arguments for the suites and tests that the words name."""
    tests = json.loads((build / "meson-info/intro-tests.json").read_text(encoding="utf-8"))
    suites = {suite.split(":")[-1] for test in tests for suite in test["suite"]}
    names = {test["name"] for test in tests}
    unknown = [word for word in words if word not in suites | names]
    if unknown:
        sys.exit(f"dev: error: no suite and no test is named {', '.join(unknown)}\n"
                 f"     suites: {' '.join(sorted(suites))}")
    # Meson runs what is in the suites AND named, so with both the suites are spelled out.
    if all(word in suites for word in words):
        return [argument for word in words for argument in ("--suite", word)]
    return sorted(test["name"] for test in tests
                  if test["name"] in words or {suite.split(":")[-1] for suite in test["suite"]} & set(words))


def count(log):
    results = [json.loads(line)["result"] for line in log.read_text(encoding="utf-8").splitlines() if line]
    totals = collections.Counter("passed" if result in PASSED else "skipped" if result in SKIPPED else "failed"
                                 for result in results)
    return totals["passed"], totals["failed"], totals["skipped"]


def main():
    build, multiplier, words = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    log = build / "meson-logs/testlog.json"
    log.unlink(missing_ok=True)
    arguments = selection(build, words)
    status = subprocess.run(["meson", "test", "-C", str(build), "--no-rebuild", "--print-errorlogs",
                             "--timeout-multiplier", multiplier, *arguments]).returncode
    passed, failed, skipped = count(log) if log.exists() else (0, 0, 0)
    if passed + failed == 0:
        print("dev: error: no test ran", file=sys.stderr)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    sys.exit(0 if passed and not failed and status == 0 else 1)


if __name__ == "__main__":
    main()
