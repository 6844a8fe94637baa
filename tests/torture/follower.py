"""A follower: keeps views up to date until they reach the position in the file `stop`.

`python -m tests.torture.follower PLACE NAME STOP`
"""

import sys
from contextlib import suppress
from pathlib import Path
from time import sleep

from projections.store.views_store import ViewsBehind
from tests.torture.json_lines import read_lines
from tests.torture.open_stores import open_okrs, open_views


def main(place: str, name: str, stop: str) -> None:
    views = open_views(place, open_okrs(place), name, chunk=20)
    while not (stop_lines := read_lines(Path(stop))) or views.tracked_head().position < stop_lines[0]["position"]:
        with suppress(ViewsBehind):
            views.catch_up()
        sleep(0.001)


if __name__ == "__main__":
    main(*sys.argv[1:])
