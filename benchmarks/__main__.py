"""The benchmark runner: `python -m benchmarks [--quick | --full] [name …]` prints a line per figure."""

import sys
from argparse import ArgumentParser
from time import perf_counter

from benchmarks import alignment, append, auditing, check_ins, growth, http, proofs, reading, retrospective
from benchmarks.ratios import Benchmark, Figure
from benchmarks.scale import FULL, QUICK, STANDARD

BENCHMARKS: dict[str, Benchmark] = {
    "check-ins-sqlite": check_ins.measure_sqlite,
    "check-ins-postgres": check_ins.measure_postgres,
    "http-sqlite": http.measure_sqlite,
    "http-postgres": http.measure_postgres,
    "growth-sqlite": growth.measure_sqlite,
    "growth-postgres": growth.measure_postgres,
    "append-sqlite": append.measure_sqlite,
    "append-postgres": append.measure_postgres,
    "read-sqlite": reading.measure_sqlite,
    "read-postgres": reading.measure_postgres,
    "alignment-sqlite": alignment.measure_sqlite,
    "alignment-postgres": alignment.measure_postgres,
    "retrospective-sqlite": retrospective.measure_sqlite,
    "retrospective-postgres": retrospective.measure_postgres,
    "verify": auditing.measure_verify,
    "prove-sqlite": proofs.measure_sqlite,
    "prove-postgres": proofs.measure_postgres,
}
LINE = "{:<76} {:>8} {:>8} {:>8} {:>8}  {}"


def main() -> None:
    parser = ArgumentParser(prog="python -m benchmarks")
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", dest="scale", action="store_const", const=QUICK, default=STANDARD)
    sizes.add_argument("--full", dest="scale", action="store_const", const=FULL)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    options = parser.parse_args()
    scale = options.scale
    print(f"Sizes are {scale.name}.")
    if scale.left_out and not options.names:
        print(f"Left out: {', '.join(sorted(scale.left_out))}.")
    print(LINE.format("figure", "median", "min", "max", "target", ""), flush=True)
    for name in options.names or [name for name in BENCHMARKS if name not in scale.left_out]:
        started = perf_counter()
        for figure in BENCHMARKS[name](scale):
            print(_format_line(figure), flush=True)
        print(f"{name} took {perf_counter() - started:.0f} seconds", file=sys.stderr, flush=True)


def _format_line(figure: Figure) -> str:
    numbers = (f"{number:.2f}" for number in (figure.median, min(figure.ratios), max(figure.ratios)))
    return LINE.format(figure.name, *numbers, figure.bound, figure.verdict)


if __name__ == "__main__":
    main()
