"""Rows of CSV and TSV files, plain or xz-compressed, with a header."""

import csv
import io
import lzma
from pathlib import Path
from typing import Dict, Iterator, Sequence, Tuple

from .errors import CorpusError
from .lines import require

# Abstracts can be longer than csv's default limit of 128 KiB per field.
MAX_FIELD = 2**24


def read_table(
    path: Path, columns: Sequence[str], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL
) -> Iterator[Tuple[int, Dict[str, str]]]:
    """Yield (number of the row's last line, row by column name).

    columns: the names that the header must contain. A row that is too short fails.
    """
    csv.field_size_limit(MAX_FIELD)
    opened = lzma.open(require(path)) if path.suffix == ".xz" else path.open("rb")
    with opened as binary:
        rows = csv.DictReader(
            io.TextIOWrapper(binary, encoding="utf-8-sig", newline=""),
            delimiter=delimiter,
            quoting=quoting,
        )
        try:
            missing = [name for name in columns if name not in (rows.fieldnames or [])]
            if missing:
                raise CorpusError(f"the header lacks the column(s) {', '.join(missing)}", path, 1)
            for row in rows:
                if any(row[name] is None for name in columns):
                    raise CorpusError(
                        f"a row of {len(rows.fieldnames)} columns expected", path, rows.line_num
                    )
                yield rows.line_num, row
        except (csv.Error, UnicodeDecodeError, lzma.LZMAError, EOFError) as error:
            raise CorpusError(f"cannot be read: {error}", path, rows.line_num + 1) from error
