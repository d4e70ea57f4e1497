"""Try a sample of mutants and say which survive: `python -m benchmarks.mutation core --seed 1`."""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypedDict

from benchmarks.mutation import forks
from benchmarks.mutation.lines import covered
from benchmarks.mutation.mutants import Mutant, mutants_of
from benchmarks.mutation.trial import Result, try_mutant, try_near

ROOT = Path(__file__).parent.parent.parent
EQUIVALENT = Path(__file__).with_name("equivalent.txt")

DRAWING = (
    "tui/terminal/",
    "tui/panes/picture/",
    "tui/panes/cost.py",
    "tui/panes/image.py",
    "tui/panes/data/marking.py",
    "tui/panes/data/tiles.py",
    "tui/panes/explain/arithmetic.py",
    "tui/panes/explain/code.py",
    "tui/panes/loss/plot.py",
    "tui/panes/map/colours.py",
    "tui/panes/map/dots.py",
    "tui/panes/map/drawing.py",
    "tui/panes/network/blocks.py",
    "tui/panes/network/columns.py",
    "tui/panes/network/drawn.py",
    "tui/panes/network/flow.py",
    "tui/panes/network/heatmaps.py",
    "tui/panes/network/layers.py",
    "tui/panes/network/neurons.py",
    "tui/panes/network/weights.py",
    "tui/panes/landscape/drawing.py",
)
"""What turns numbers into cells and escape sequences: golden screens hold it better than sentences
do. It is left out of a sample, unless it is asked for by name."""


class Kept(TypedDict):
    """A tried mutant, as it is kept in a file."""

    path: str
    line: int
    where: str
    before: str
    after: str
    verdict: str
    test: str
    tests: int
    seconds: float


def main() -> None:
    options = _options()
    folder: Path = options.folder
    kept_in = folder / "results.json"
    results: dict[str, Kept] = json.loads(kept_in.read_text("utf-8")) if kept_in.exists() else {}
    forks.preload()
    copy = forks.copied(ROOT, folder / options.top, f"tests/{options.top}")
    sample = _sample(copy, options.top, options.only, options.seed, options.number)
    known = _equivalent()
    tests = None if options.near else covered(copy, options.top, folder)
    for name in () if tests is None else tests.broken:
        print(f"left out, because it does not pass without a mutant: {name}")
    for number, mutant in enumerate(sample, 1):
        if mutant.identity in known:
            continue
        before = results.get(mutant.key)
        if before is None or (options.again and before["verdict"] == "survived"):
            if tests is None:
                result = try_near(copy, mutant)
            else:
                result = try_mutant(copy, mutant, tests, options.most)
            if result is None:
                continue
            results[mutant.key] = _kept(mutant, result)
            kept_in.write_text(json.dumps(results, indent=1, ensure_ascii=False), "utf-8")
            print(f"{number}/{len(sample)} {mutant.path}:{mutant.line} {result.verdict}", end=" ")
            print(f"({result.tests} tests, {result.seconds:.0f} s)", flush=True)
            _write_survivors(options.survivors, sample, results)
    _write_survivors(options.survivors, sample, results)
    _report(options.top, sample, results, known)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    parser.add_argument("top", choices=["core", "tui"])
    parser.add_argument("--seed", type=int, default=1, help="draws the sample (default 1)")
    parser.add_argument("--number", type=int, default=100, help="of mutants (default 100)")
    parser.add_argument("--only", nargs="*", default=[], help="files, folders or lines (file:line)")
    parser.add_argument("--again", action="store_true", help="try again what survived before")
    parser.add_argument(
        "--near",
        action="store_true",
        help="measure nothing: try the tests of the same folder, and leave what they do not notice",
    )
    parser.add_argument("--most", type=int, help="tests for a mutant, the likeliest first; all")
    folder = Path(tempfile.gettempdir()) / "napkin-net-mutation"
    parser.add_argument(
        "--folder", type=Path, default=folder, help=f"for results and the copy (default {folder})"
    )
    parser.add_argument("--survivors", type=Path, help="a file to list the survivors in")
    return parser.parse_args()


def _sample(copy: Path, top: str, only: Sequence[str], seed: int, number: int) -> list[Mutant]:
    """Draw mutants; when a line changes, the others of the sample stay."""
    paths = [str(path.relative_to(copy)) for path in sorted((copy / top).rglob("*.py"))]
    wanted = [each.partition(":") for each in only] or [(f"{top}/", "", "")]
    found = [
        mutant
        for path in paths
        if path.startswith(tuple(start for start, _, _ in wanted))
        if only or not path.startswith(DRAWING)
        for mutant in mutants_of(copy, path)
        if any(
            path.startswith(start) and line in ("", str(mutant.line)) for start, _, line in wanted
        )
    ]
    found.sort(key=lambda mutant: mutant.rank(seed))
    return list(islice((each for each in found if each.is_python_in(copy)), number))


def _equivalent() -> dict[tuple[str, str, str, str], str]:
    """Read the mutants that change nothing that anybody could see, each with the reason."""
    known: dict[tuple[str, str, str, str], str] = {}
    for block in EQUIVALENT.read_text("utf-8").split("\n\n"):
        rows = [row for row in block.strip().split("\n") if not row.startswith("#")]
        if len(rows) < 4:
            continue
        path, _, where = rows[0].partition(" ")
        before, after = rows[1].removeprefix("- "), rows[2].removeprefix("+ ")
        known[path, where, before, after] = " ".join(rows[3:])
    return known


def _kept(mutant: Mutant, result: Result) -> Kept:
    return {
        "path": mutant.path,
        "line": mutant.line,
        "where": mutant.where,
        "before": mutant.before,
        "after": mutant.after,
        "verdict": result.verdict,
        "test": result.test,
        "tests": result.tests,
        "seconds": round(result.seconds, 1),
    }


def _described(mutant: Mutant, tests: int) -> str:
    run_by = f"run by {tests} tests" if tests else "no test runs it"
    return (
        f"{mutant.path}:{mutant.line} {mutant.where} ({run_by})\n"
        f"- {mutant.before}\n+ {mutant.after}\n"
    )


def _survivors(sample: Sequence[Mutant], results: dict[str, Kept]) -> Iterator[str]:
    for mutant in sample:
        kept = results.get(mutant.key)
        if kept is not None and kept["verdict"] == "survived":
            yield _described(mutant, kept["tests"])


def _write_survivors(
    place: Path | None, sample: Sequence[Mutant], results: dict[str, Kept]
) -> None:
    if place is not None:
        place.write_text("\n".join(_survivors(sample, results)), "utf-8")


def _report(
    top: str,
    sample: Sequence[Mutant],
    results: dict[str, Kept],
    known: dict[tuple[str, str, str, str], str],
) -> None:
    equivalent = [mutant for mutant in sample if mutant.identity in known]
    others = [mutant for mutant in sample if mutant.identity not in known]
    tried = [results[mutant.key] for mutant in others if mutant.key in results]
    verdicts = [each["verdict"] for each in tried]
    survived = verdicts.count("survived")
    print()
    print("\n".join(_survivors(others, results)))
    print(
        f"{top}: {len(sample)} mutants, {verdicts.count('killed')} killed, "
        f"{verdicts.count('timed out')} timed out, {survived} survived, "
        f"{len(equivalent)} equivalent, {len(others) - len(tried)} not tried"
    )
    print(f"noticed: {100 * (1 - survived / max(len(tried), 1)):.1f}% of those not equivalent")


if __name__ == "__main__":
    main()
