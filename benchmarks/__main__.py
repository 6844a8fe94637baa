"""The runner: `python -m benchmarks [name …]` prints a line for each figure, of all benchmarks or of those named."""

import sys

from benchmarks import append
from benchmarks.ratios import Benchmark, Figure

BENCHMARKS: dict[str, Benchmark] = {"append-sqlite": append.on_sqlite, "append-postgres": append.on_postgres}
LINE = "{:<58} {:>7} {:>7} {:>7} {:>7}  {}"


def line(figure: Figure) -> str:
    aim = "-" if figure.aim is None else f">= {figure.aim:.2f}"
    numbers = (f"{number:.2f}" for number in (figure.median, min(figure.ratios), max(figure.ratios)))
    return LINE.format(figure.name, *numbers, aim, figure.verdict)


def main(names: list[str]) -> None:
    print(LINE.format("throughput, ours over the baseline's", "median", "min", "max", "aim", ""))
    for name in names or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            print(line(figure), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
