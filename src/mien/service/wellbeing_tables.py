"""Well-being as tables for other programs. Only of what may be told anyway."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Final

from mien.core.wellbeing.periods import Period
from mien.core.wellbeing.release import Release
from mien.core.wellbeing.score import Point, Series
from mien.errors import ProviderMissingError
from mien.service.csv_text import Row


def rows_of_person(series: Series, period: Period) -> list[Row]:
    """Return one row for each period of a person; count: of days."""
    return [_row(point, period) for point in series.points]


def rows_of_groups(told: Release) -> list[Row]:
    """Return one row for each group and period; group: None for everybody; count: of people."""
    return list(_rows_of_groups(told))


def _rows_of_groups(told: Release) -> Iterator[Row]:
    lines = [(None, told.everybody), *told.groups.items()]
    for group, series in lines:
        for point in series.points:
            yield {"attribute": told.attribute, "group": group, **_row(point, told.period)}


def _row(point: Point, period: Period) -> Row:
    interval = point.figure.interval
    return {
        "period": period.value,
        "start": point.start.isoformat(),
        "score": round(point.figure.score, 2),
        "low": None if interval is None else round(interval.low, 2),
        "high": None if interval is None else round(interval.high, 2),
        "count": point.figure.count,
        "smoothed": round(point.smoothed, 2),
    }


PERSON_COLUMNS: Final = ("period", "start", "score", "low", "high", "count", "smoothed")
GROUP_COLUMNS: Final = ("attribute", "group", *PERSON_COLUMNS)


def write_parquet(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    """Return the rows as Parquet; raise ProviderMissingError without the package pyarrow."""
    try:
        import pyarrow as pa  # optional, and slow to import
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise ProviderMissingError(
            "Parquet needs the package pyarrow: pip install 'mien[export]', or ask for CSV"
        ) from error
    numbers = {"score", "low", "high", "smoothed"}
    types = {name: pa.float64() if name in numbers else pa.string() for name in columns}
    types["count"] = pa.int64()
    table = pa.Table.from_pylist(list(rows), schema=pa.schema(list(types.items())))
    written = io.BytesIO()
    parquet.write_table(table, written)
    return written.getvalue()
