"""What docs/using-the-data.md shows runs on what we export, and Datasette opens an archive with what we ship."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pandas as pd
import pytest
import yaml

from reports.model import CellState, Figure
from storage.coverage import coverage
from storage.exports.tables import Scope
from storage.exports.write import TABLES, export_table
from tests.crawling import ROOT
from tests.storage_samples import MEI, Crawl, link, new_archive, report

METADATA = ROOT / "deploy" / "datasette" / "metadata.yaml"
CODE = "applications.new.total"
NEW = {
    2024: Figure(12, "12", CellState.NUMBER),
    2023: Figure(0, "0", CellState.ZERO),
    2022: Figure(None, "", CellState.BLANK),
    2021: Figure(None, "/", CellState.NOT_APPLICABLE),
}
SCOPE = Scope((MEI,), tuple(range(2020, 2025)), date(2025, 9, 1))
BROKEN = report().findings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with four reports, and its panel."""
    made = tmp_path_factory.mktemp("examples")
    archive = new_archive(made)
    crawl = Crawl(archive)
    crawl.listing([link(year) for year in NEW])
    for year, figure in NEW.items():
        crawl.document(report(year, figures={CODE: figure}, findings=BROKEN if year == 2024 else ()))
    crawl.visit()
    crawl.close()
    coverage(archive, [MEI], range(2020, 2025), SCOPE.today)
    export_table(archive, TABLES["panel"], SCOPE, made / "panel.csv", "csv", lambda *_: None)
    archive.close()
    return made


def test_the_example_in_pandas_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "using-the-data.md").read_text("utf-8")
    [example] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(folder)
    told: dict[str, Any] = {}
    exec(example, told)  # noqa: S102 - our own documentation
    assert told["by_year"].loc[2024].tolist() == [1, 12]
    assert told["by_year"].loc[2022, "count"] == 0
    assert isnan(told["by_year"].loc[2022, "sum"]), "nobody gives a number, which is no 0"
    assert told["blank"]["year"].tolist() == [2022]
    assert told["zero"]["year"].tolist() == [2023]
    assert told["sound"]["year"].tolist() == [2021, 2022, 2023]
    assert told["gaps"].loc[MEI].tolist() == ["not-listed", *["archived"] * 4]
    panel = told["panel"]
    assert panel["county_code"].tolist() == [MEI] * 5
    assert pd.api.types.is_numeric_dtype(panel[CODE])
    assert panel.set_index("year")[f"{CODE}.state"].to_dict()[2021] == "not_applicable"


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """The address at which Datasette shows the archive."""
    command = (sys.executable, "-m", "datasette", "serve", "archive.db", "-m", str(METADATA), "-p", "0")
    running = subprocess.Popen(  # noqa: S603 - our own words
        command, cwd=folder, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    try:
        assert running.stderr is not None
        found = next(
            match for line in running.stderr if (match := re.search(r"running on (http://127\.0\.0\.1:\d+)", line))
        )
        yield found[1]
    finally:
        running.terminate()
        running.wait(10)
        assert running.stderr is not None
        running.stderr.close()


def asked(served: str, name: str, **parameters: str) -> list[dict[str, Any]]:
    query = urlencode({"_shape": "array", **parameters})
    with urlopen(f"{served}/archive/{name}.json?{query}", timeout=30) as answer:  # noqa: S310 - loopback
        return list(json.load(answer))


def test_datasette_answers_our_questions(served: str) -> None:
    rows = asked(served, "indicator_panel", indicator=CODE, county="61")
    assert [(row["year"], row["value"], row["state"]) for row in rows] == [
        (2021, None, "not_applicable"),
        (2022, None, "blank"),
        (2023, 0, "zero"),
        (2024, 12, "number"),
    ]
    assert [row["check_code"] for row in asked(served, "failed_sums", county="", year="")] == ["C1"]
    gaps = asked(served, "gaps", county=MEI, year="")
    assert {row["evidence"] for row in gaps} == {"not-listed"}
    assert 2020 in {row["year"] for row in gaps}
    assert asked(served, "gaps", county="", year="2024") == []
    assert [row["value"] for row in asked(served, "report", county=MEI, year="2024")] == [12]
    [source] = asked(served, "sources", county=MEI, year="2024")
    assert source["warc_file"].endswith(".warc.gz")


def test_every_question_and_table_is_known(served: str) -> None:
    shipped = yaml.safe_load(METADATA.read_text("utf-8"))["databases"]["archive"]
    with urlopen(f"{served}/archive.json", timeout=30) as answer:  # noqa: S310 - loopback
        told = json.load(answer)
    assert {query["name"] for query in told["queries"]} == shipped["queries"].keys()
    assert shipped["tables"].keys() <= {table["name"] for table in told["tables"]}
    for query in shipped["queries"]:
        assert isinstance(asked(served, query, indicator=CODE, county=MEI, year="2024"), list)
        with urlopen(f"{served}/archive/{query}", timeout=30) as page:  # noqa: S310 - loopback
            assert page.status == 200
