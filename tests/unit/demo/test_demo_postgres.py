import os
import tempfile
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import make_url

from demo import postgres
from demo.postgres import Postgres


def test_the_postgres_server_is_found_whatever_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("PGPORT", "5433")
    monkeypatch.setenv("PGSERVICE", "another")
    server = Postgres(tmp_path)
    try:
        server.start()
        server.dump(tmp_path / "dump.sql")
        server.restore(tmp_path / "dump.sql")
        monkeypatch.delenv("PGSERVICE")  # Airflow's processes do not get it
        psycopg2.connect(user=postgres.USER, dbname="postgres", **make_url(server.uri).query).close()
    finally:
        server.stop()
    assert not server.home.exists()


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    def use(name):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        return folder

    return use


def home(tmp_path):
    made = Postgres(tmp_path).home
    made.rmdir()
    return made.parent


def test_the_data_directory_is_in_tmp_if_the_socket_path_would_be_too_long(temporary, tmp_path):
    temporary("x" * 90)
    assert home(tmp_path) == Path("/tmp")


@pytest.mark.parametrize(("user", "elsewhere"), [(0, True), (1000, False)])
def test_the_data_directory_is_in_tmp_if_roots_server_cannot_read_the_other(monkeypatch, tmp_path, user, elsewhere):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    with tempfile.TemporaryDirectory(prefix="x", dir="/tmp") as closed:  # of mode 0700
        monkeypatch.setattr(tempfile, "tempdir", closed)
        assert (home(tmp_path) == Path("/tmp")) is elsewhere
