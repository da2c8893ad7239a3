"""Files of strangers are read whatever their form, or refused in one sentence."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from models.tabular.errors import DataError
from models.tabular.read import read
from tests.builders.tables import customers, written

FRAME = customers(30)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiter_and_encoding_are_found(tmp_path: Path, delimiter: str, encoding: str) -> None:
    found = read(written(FRAME, tmp_path / "t.csv", encoding=encoding, delimiter=delimiter))
    assert found.frame.to_dict("list") == FRAME.to_dict("list")


@pytest.mark.parametrize(("encoding", "word"), [("cp932", "とうきょう"), ("cp1252", "Zürich"), ("utf-8", "大阪")])
def test_words_of_other_encodings_come_out_right(tmp_path: Path, encoding: str, word: str) -> None:
    frame = FRAME.assign(city=word)
    assert read(written(frame, tmp_path / "t.csv", encoding=encoding)).frame["city"].tolist() == [word] * 30


def test_a_gzipped_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    plain = written(FRAME, tmp_path / "t.csv")
    (tmp_path / "t.bin").write_bytes(gzip.compress(plain.read_bytes()))
    assert read(tmp_path / "t.bin").frame.equals(read(plain).frame)


def test_parquet_keeps_its_types_and_its_missing_values(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": [1, None, 3], "when": pd.to_datetime(["2024-01-01", None, "2024-01-03"])})
    found = read(written(frame, tmp_path / "t.parquet")).frame
    assert found["n"].tolist()[0] == 1
    assert found["when"].tolist()[1] is None


def test_quoted_fields_may_hold_the_delimiter_and_line_ends(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a,b\n"1,5","x\ny"\n2,z\n')
    assert read(tmp_path / "t.csv").frame["b"].tolist() == ["x\ny", "z"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"  \n \n", "is empty"),
        (b"a,b,c\n", "has a header and no rows"),
        (b"only\n1\n2\n", "one column only"),
        (b"a,b\n1,2\n3,4,5\n6,7\n8,9\n", "line 3: 3 fields, the header has 2"),
        (b"a,a\n1,2\n", "names the column 'a' twice"),
        (b"PK\x03\x04rest", "zip or Excel file"),
        (b"PAR1 and no more", "damaged Parquet"),
        (b"\x1f\x8bnot gzip", "damaged gzip"),
        (b"\x00\x01\x02\x03" * 9, "not a text file"),
    ],
    ids=["empty", "blank", "header only", "one column", "ragged", "twice", "excel", "parquet", "gzip", "binary"],
)
def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "broken.csv").write_bytes(content)
    with pytest.raises(DataError, match=said) as refused:
        read(tmp_path / "broken.csv")
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no file .*absent\.csv"):
        read(tmp_path / "absent.csv")
