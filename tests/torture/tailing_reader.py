"""A tailing reader: reads the log from its first event to the position in the file `stop`, and writes down every event.

`python -m tests.torture.tailing_reader PLACE PATH STOP`
"""

import sys
from pathlib import Path
from time import sleep

from tests.torture.json_lines import read_lines
from tests.torture.open_stores import open_okrs


def main(place: str, path: str, stop: str) -> None:
    log, seen = open_okrs(place).log_recorder, 0
    with Path(path).open("w") as file:
        while not (stop_lines := read_lines(Path(stop))) or seen < stop_lines[0]["position"]:
            found = log.events_after(after=seen, limit=50)
            for event in found:
                file.write(f"{event.position} {event.chain.hex()}\n")
                seen = event.position
            if not found:
                sleep(0.002)


if __name__ == "__main__":
    main(*sys.argv[1:])
