"""A table that is kept as several files is one table, however a program cut it and called its parts."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

import auditkit
import auditkit.dataset as dataset

ROWS = pd.DataFrame(
    {
        "id": range(1, 13),
        "email": [f"user{n}@example.org" for n in range(12)],
        "joined": [f"2024-0{1 + n % 9}-15" for n in range(12)],
    }
)
COLUMNS = ("id", "email", "joined")
CUTS = (0, 5, 6, 12)


def rows_of(source, name):
    """Return the columns and the rows of one table of a source."""
    with dataset.open(source) as opened:
        table = opened.tables[name]
        kept = dataset_rows(opened, table)
        return tuple(table.columns), kept, tuple(opened.relations)


def dataset_rows(opened, table):
    return sorted((tuple(map(str, row.values())) for row in opened.fetch(table)), key=lambda row: int(row[0]))


EXPECTED = sorted((tuple(map(str, row)) for row in ROWS.itertuples(index=False)), key=lambda row: int(row[0]))


def write_csv(frame, path, **options):
    frame.to_csv(path, index=False, **options)


def write_gzip(frame, path):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        frame.to_csv(file, index=False)


def write_lines(frame, path):
    frame.to_json(path, orient="records", lines=True)


def cut(folder: Path, names, write, **options):
    folder.mkdir(parents=True, exist_ok=True)
    for name, start, end in zip(names, CUTS, CUTS[1:], strict=False):
        write(ROWS.iloc[start:end], folder / name, **options)


SCHEMES = {
    "part-{:05}-7c1a.c000": "people",
    "part.{}": "people",
    "data_{}": "people",
    "data-{:05}-of-00003": "people",
    "{:06}": "people",
    "people-{}": "people",
    "orders-{:012}": "orders",
}
"""How programs call the parts of a table, and what the table in the folder `people` is called then."""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_counted_parts_are_one_table(tmp_path, scheme):
    cut(tmp_path / "people", [f"{scheme.format(n)}.csv" for n in range(3)], write_csv)
    expected = (COLUMNS, EXPECTED, (SCHEMES[scheme],))
    assert rows_of(tmp_path / "people", SCHEMES[scheme]) == expected
    assert rows_of(tmp_path, SCHEMES[scheme]) == expected, "in a folder of tables"


@pytest.mark.parametrize(
    ("ending", "write"),
    [(".parquet", pd.DataFrame.to_parquet), (".jsonl", write_lines), (".csv.gz", write_gzip)],
)
def test_parts_of_every_kind_are_one_table(tmp_path, ending, write):
    cut(tmp_path / "people", [f"data-{n}{ending}" for n in range(3)], write)
    columns, _, names = found = rows_of(tmp_path / "people", "people")
    assert (columns, names) == (COLUMNS, ("people",)) and found[1] == EXPECTED


def test_only_the_first_part_may_have_the_names(tmp_path):
    cut(tmp_path / "people", ["data-0.csv", "data-1.csv", "data-2.csv"], write_csv, header=False)
    first = tmp_path / "people" / "data-0.csv"
    first.write_text(",".join(COLUMNS) + "\n" + first.read_text())
    assert rows_of(tmp_path / "people", "people") == (COLUMNS, EXPECTED, ("people",))


def test_parts_without_names_keep_every_row(tmp_path):
    cut(tmp_path / "people", ["part-0.csv", "part-1.csv", "part-2.csv"], write_csv, header=False)
    columns, rows, _ = rows_of(tmp_path / "people", "people")
    assert rows == EXPECTED and len(columns) == 3


def test_folders_named_key_and_value_give_columns(tmp_path):
    lake = tmp_path / "people"
    cut(lake / "country=C%C3%B4te" / "year=2023", ["a.csv"], write_csv)
    for year in ("2024", "__HIVE_DEFAULT_PARTITION__"):
        place = lake / "country=CH" / f"year={year}"
        place.mkdir(parents=True)
        write_csv(ROWS.iloc[5:9], place / "0.csv")
    with dataset.open(lake) as opened:
        people = opened.tables["people"]
        assert tuple(people.columns) == (*COLUMNS, "country", "year") and people.year.type().is_integer()
        years = opened.fetch(people.group_by("country", "year").aggregate(n=people.count()))
        assert {tuple(row.values()) for row in years} == {("Côte", 2023, 5), ("CH", 2024, 4), ("CH", None, 4)}


@pytest.mark.parametrize(
    "names",
    [
        ["users-2023.csv", "users-2024.csv"],
        ["users-1.csv", "users-3.csv"],
        ["tenant1.csv", "tenant2.csv"],
        ["data-0.csv", "notes-1.csv"],
    ],
)
def test_what_people_number_stays_apart(tmp_path, names):
    cut(tmp_path / "exports", names, write_csv)
    with dataset.open(tmp_path / "exports") as opened:
        assert len(opened.tables) == 2


def test_other_columns_are_another_table(tmp_path):
    (folder := tmp_path / "exports").mkdir()
    write_csv(ROWS, folder / "data-0.csv")
    write_csv(ROWS.rename(columns={"email": "phone"}), folder / "data-1.csv")
    with dataset.open(folder) as opened:
        assert list(opened.tables) == ["data-0", "data-1"]


def test_a_part_with_a_new_column_and_an_empty_part_lose_nothing(tmp_path):
    cut(tmp_path / "people", ["part-0.csv", "part-1.csv"], write_csv)
    write_csv(ROWS.iloc[6:].assign(city="Bern"), tmp_path / "people" / "part-2.csv")
    (tmp_path / "people" / "part-3.csv").touch()
    with dataset.open(tmp_path / "people") as opened:
        people = opened.tables["people"]
        counts = people.aggregate(rows=people.count(), cities=people.city.count())
        assert opened.fetch(counts) == [{"rows": 12, "cities": 6}]


def test_a_part_that_cannot_be_read_is_no_smaller_table(tmp_path):
    cut(tmp_path / "people", ["part-0.jsonl", "part-1.jsonl"], write_lines)
    (tmp_path / "people" / "part-2.jsonl").write_text('{"id": 1, ')
    with pytest.raises(auditkit.SourceError, match="people"):
        dataset.open(tmp_path / "people")
