"""The file that was named is the file that is read, whatever signs its name has."""

import gzip
import json
import sqlite3

import duckdb
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

import auditkit.dataset as dataset
from auditkit.dataset import SourceError


def _write(path, word):
    """Write a file with one cell, in the format of its ending."""
    match path.suffix:
        case ".csv":
            path.write_text(f"word\n{word}\n")
        case ".tsv":
            path.write_bytes(f"word\n{word}é\n".encode("latin-1"))
        case ".gz":
            path.write_bytes(gzip.compress(json.dumps([{"word": word}]).encode()))
        case ".jsonl":
            path.write_text(json.dumps({"word": word}))
        case ".parquet":
            pq.write_table(pa.table({"word": [word]}), path)
        case ".arrow":
            feather.write_feather(pa.table({"word": [word]}), path, compression="uncompressed")
        case ".sqlite":
            with sqlite3.connect(path) as raw:
                raw.execute("CREATE TABLE t AS SELECT ? AS word", [word])
        case ".duckdb":
            with duckdb.connect(str(path.parent.parent / "new.duckdb")) as raw:
                raw.execute(f"CREATE TABLE t AS SELECT '{word}' AS word")
            (path.parent.parent / "new.duckdb").rename(path)


def _words(opened):
    assert not [relation.missing for relation in opened.relations.values() if relation.missing]
    return {
        row["word"].rstrip("é")
        for name in opened.tables
        for batch in opened.batches(name)
        for row in batch.to_pylist()
    }


ENDINGS = ".csv .tsv .json.gz .jsonl .parquet .arrow .sqlite .duckdb".split()


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("named", "other"),
    [("x[0-9]", "x7"), ("a*?", "abc"), ("~k=[1]", "k=1"), ("z#%41?", "zA")],
)
def test_no_name_is_a_pattern(tmp_path, named, other, ending):
    """Alone, in a folder, and below a folder that has such a name too."""
    for folder in (tmp_path / f"in{named}", tmp_path / f"in{other}"):
        folder.mkdir()
    for folder in (tmp_path, tmp_path / f"in{named}"):
        _write(folder / f"{named}{ending}", "named")
        with dataset.open(folder / f"{named}{ending}") as opened:
            assert _words(opened) == {"named"}
    for folder in (tmp_path / f"in{named}", tmp_path / f"in{other}"):
        _write(folder / f"{other}{ending}", "other")
    for source in (tmp_path / f"in{named}", f"{tmp_path}/in{named}/*"):
        with dataset.open(source) as opened:
            assert _words(opened) == {"named", "other"}
            assert len(opened.relations) == 2
    with dataset.open(f"{tmp_path}/in{named}/{named}{ending}") as opened:
        assert _words(opened) == {"named"}


def test_a_name_that_cannot_be_written_is_refused(tmp_path):
    _write(tmp_path / "a\\[b].parquet", "named")
    with pytest.raises(SourceError, match="rename it"):
        dataset.open(tmp_path / "a\\[b].parquet")
    for name in ("a\\plain.parquet", "a\\[b].csv"):
        _write(tmp_path / name, "named")
        with dataset.open(tmp_path / name) as opened:
            assert _words(opened) == {"named"}
