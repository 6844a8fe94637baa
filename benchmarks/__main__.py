"""The runner: `python -m benchmarks [name …]` prints a line for each figure, of all benchmarks or of those named."""

import sys

from benchmarks import alignment, append, auditing, http, reading, retrospective
from benchmarks.ratios import Benchmark, Figure

BENCHMARKS: dict[str, Benchmark] = {
    "append-sqlite": append.on_sqlite,
    "append-postgres": append.on_postgres,
    "read-sqlite": reading.on_sqlite,
    "read-postgres": reading.on_postgres,
    "alignment-sqlite": alignment.on_sqlite,
    "alignment-postgres": alignment.on_postgres,
    "retrospective-sqlite": retrospective.on_sqlite,
    "retrospective-postgres": retrospective.on_postgres,
    "verify": auditing.verifying,
    "prove-sqlite": auditing.on_sqlite,
    "prove-postgres": auditing.on_postgres,
    "http": http.figures,
}
LINE = "{:<72} {:>7} {:>7} {:>7} {:>7}  {}"


def line(figure: Figure) -> str:
    numbers = (f"{number:.2f}" for number in (figure.median, min(figure.ratios), max(figure.ratios)))
    return LINE.format(figure.name, *numbers, figure.wanted, figure.verdict)


def main(names: list[str]) -> None:
    print(LINE.format("ratios, ours over the baseline's", "median", "min", "max", "aim", ""))
    for name in names or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            print(line(figure), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
