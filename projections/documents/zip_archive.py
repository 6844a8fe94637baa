"""Archives: files in a ZIP that is the same on every machine, so nothing in it is compressed and all of it is of one day."""

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

DAY = (1980, 1, 1, 0, 0, 0)
UNIX = 3
READABLE = 0o644 << 16


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The files in their order."""
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_STORED) as bundle:
        for name, content in files:
            bundle.writestr(_entry(name), content)
    return archive.getvalue()


def unzipped(archive: bytes) -> list[tuple[str, bytes]]:
    with ZipFile(BytesIO(archive)) as bundle:
        return [(name, bundle.read(name)) for name in bundle.namelist()]


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, DAY)
    entry.create_system, entry.external_attr = UNIX, READABLE
    return entry
