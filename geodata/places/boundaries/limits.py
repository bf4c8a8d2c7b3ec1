"""How much of a stranger's file is read, and how it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from geodata.errors import BoundariesError, SurroundingsError
from geodata.report import Fault


@dataclass(frozen=True)
class Limits:
    """How much of a stranger's file is taken on; a single country's best data stay far below."""

    file_bytes: int = 512 * 2**20
    unzipped_bytes: int = 1024 * 2**20
    zip_entries: int = 500
    zip_ratio: int = 200  # deflate reaches 1,000 on zeros, real layers stay below 30
    json_depth: int = 32  # a MultiPolygon in a collection needs 9
    features: int = 200_000
    columns: int = 500
    vertices: int = 20_000_000
    memory: int = 640 * 2**20


LIMITS: Final = Limits()


# The parts of a shapefile that are used. Indexes (.qix, .sbn), .aux.xml and
# whatever else lies beside a file are never copied, so never read.
PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


_CHUNK: Final = 2**20


def refusal(file: str, message: str) -> BoundariesError:
    """Make the error for a file that is not taken on at all."""
    fault = Fault(file, None, None, None, message)
    return BoundariesError(str(fault), faults=(fault,))


def copy_bounded(file: str, stream: IO[bytes], target: Path, most: int) -> None:
    """Copy at most so many bytes; a file may grow, and a zip may understate."""
    left = most
    try:
        with target.open("xb") as out:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise refusal(
                        file, f"holds more than {most:,} bytes; raise the limit 'bytes' to read it"
                    )
                out.write(chunk)
    except OSError as error:
        message = f"{file}: cannot be copied to the temporary folder: {error.strerror}"
        raise SurroundingsError(message) from error
