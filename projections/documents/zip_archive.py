"""ZIP archives with the same bytes on every machine: files are not compressed and have a fixed date."""

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

ENTRY_DATE = (1980, 1, 1, 0, 0, 0)
UNIX = 3
FILE_MODE = 0o644 << 16


def zip_files(files: Iterable[tuple[str, bytes]]) -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_STORED) as bundle:
        for name, content in files:
            entry = ZipInfo(name, ENTRY_DATE)
            entry.create_system, entry.external_attr = UNIX, FILE_MODE
            bundle.writestr(entry, content)
    return archive.getvalue()


def unzip_files(archive: bytes) -> list[tuple[str, bytes]]:
    with ZipFile(BytesIO(archive)) as bundle:
        return [(name, bundle.read(name)) for name in bundle.namelist()]
