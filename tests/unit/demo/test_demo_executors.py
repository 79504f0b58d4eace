from pathlib import Path

import psutil
import pytest

from demo import redis_server
from demo.executors import CeleryExecutor, LocalExecutor
from demo.process import StackError

DATABASE = "postgresql+psycopg2://airflow@/airflow"


class Named:
    """An Airflow whose programs are names."""

    api_server = staticmethod(lambda: "api-server")
    dag_processor = staticmethod(lambda: "dag-processor")
    scheduler = staticmethod(lambda name="scheduler": name)
    celery_worker = staticmethod(lambda name: name)


def test_with_the_local_executor_the_scheduler_runs_the_tasks():
    executor = LocalExecutor()

    assert executor.start() is None
    assert executor.settings(DATABASE)["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert [start() for start in executor.programs(Named)] == ["api-server", "scheduler", "dag-processor"]


def test_with_celery_there_are_two_schedulers_and_two_workers(tmp_path):
    executor = CeleryExecutor.in_folder(tmp_path)
    settings = executor.settings(DATABASE)

    assert settings["AIRFLOW__CELERY__RESULT_BACKEND"] == f"db+{DATABASE}"
    assert [start() for start in executor.programs(Named)] == [
        *("api-server", "scheduler-1", "scheduler-2", "dag-processor", "worker-1", "worker-2")
    ]


@pytest.mark.skipif(
    redis_server.find_program() is None, reason="there is no redis-server: install it, or use Python 3.11"
)
def test_redis_listens_on_loopback_only_requires_its_password_and_stops(tmp_path):
    from redis import Redis as Client
    from redis.exceptions import AuthenticationError

    server = redis_server.Redis(tmp_path / "redis", tmp_path / "logs")
    child = server.start()
    try:
        with Client.from_url(server.uri) as client, Client(port=server.port) as stranger:
            assert client.ping()
            with pytest.raises(AuthenticationError):
                stranger.ping()
        listening = {one.laddr.ip for one in psutil.Process(child.process.pid).net_connections() if not one.raddr}
        assert listening == {"127.0.0.1"}
        assert server.password not in " ".join(psutil.Process(child.process.pid).cmdline())
    finally:
        server.stop()
    assert child.process.poll() is not None


def test_without_redis_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(redis_server, "find_program", lambda: None)
    with pytest.raises(StackError, match="install redis-server"):
        redis_server.Redis(Path(tmp_path), tmp_path).start()
