"""The benchmark runner: `python -m benchmarks [name …]` prints a line per figure, of all or the named benchmarks."""

import sys

from benchmarks import alignment, append, auditing, http, reading, retrospective
from benchmarks.ratios import Benchmark, Figure

BENCHMARKS: dict[str, Benchmark] = {
    "append-sqlite": append.measure_sqlite,
    "append-postgres": append.measure_postgres,
    "read-sqlite": reading.measure_sqlite,
    "read-postgres": reading.measure_postgres,
    "alignment-sqlite": alignment.measure_sqlite,
    "alignment-postgres": alignment.measure_postgres,
    "retrospective-sqlite": retrospective.measure_sqlite,
    "retrospective-postgres": retrospective.measure_postgres,
    "verify": auditing.measure_verify,
    "prove-sqlite": auditing.measure_sqlite,
    "prove-postgres": auditing.measure_postgres,
    "http": http.measure_http,
}
LINE = "{:<72} {:>7} {:>7} {:>7} {:>7}  {}"


def format_line(figure: Figure) -> str:
    numbers = (f"{number:.2f}" for number in (figure.median, min(figure.ratios), max(figure.ratios)))
    return LINE.format(figure.name, *numbers, figure.bound, figure.verdict)


def main(names: list[str]) -> None:
    print(LINE.format("ratio of okr-events to the baseline", "median", "min", "max", "target", ""))
    for name in names or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            print(format_line(figure), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
