"""A panel planned by a Dask cluster of two workers: the same function of a row, the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runner import Outcome, taper
from distributed import LocalCluster
from panel_builders import results_in, rows_of, write_panel

ROWS = 120


def batch(home: Path, folder: str, *options: str) -> Outcome:
    return taper("batch", str(home / "panel.csv"), "-o", str(home / folder), "--today", "2026-11-22", *options)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("cluster")
    write_panel(home / "panel.csv", (row for row, _ in rows_of(ROWS)))
    return home


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of a cluster of two workers on this machine."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, scheduler_port=0) as cluster:
        yield cluster.scheduler_address


class TestACluster:
    """`--dask ADDRESS` plans on other machines; files are written here."""

    @pytest.fixture(scope="class")
    def planned(self, home: Path, address: str) -> Outcome:
        return batch(home, "cluster", "--dask", address)

    def test_comes_to_the_same_bytes_as_processes(self, planned: Outcome, home: Path) -> None:
        alone = batch(home, "alone", "--workers", "2")
        assert files_in(home / "cluster") == files_in(home / "alone")
        assert (planned.code, planned.said.splitlines()[0]) == (alone.code, alone.said.splitlines()[0])

    def test_gives_each_row_its_own_end(self, planned: Outcome, home: Path) -> None:
        assert planned.code == 4
        assert [line["outcome"] for line in results_in(home / "cluster")] == [end for _, end in rows_of(ROWS)]

    def test_does_not_do_again_what_processes_did(self, planned: Outcome, home: Path, address: str) -> None:
        before = {path.name: path.stat().st_ino for path in (home / "cluster").glob("P*")}
        assert batch(home, "cluster", "--dask", address).code == planned.code == 4
        assert {path.name: path.stat().st_ino for path in (home / "cluster").glob("P*")} == before

    @pytest.mark.parametrize("wrong", ["nowhere", "127.0.0.1"])
    def test_that_is_none_is_told_with_how_to_write_it(self, home: Path, wrong: str) -> None:
        outcome = batch(home, "nothing", "--dask", wrong)
        assert outcome.code == 3
        assert "nothing answers there" in outcome.said and "tcp://" in outcome.said


def test_a_cluster_without_workers_is_told(home: Path) -> None:
    with LocalCluster(n_workers=0, dashboard_address=None, scheduler_port=0) as cluster:
        outcome = batch(home, "nobody", "--dask", cluster.scheduler_address)
    assert outcome.code == 3
    assert "it has no workers" in outcome.said
