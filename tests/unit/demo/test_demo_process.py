import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from demo.leftovers import FILE, find_leftovers, stop_leftovers, write_down
from demo.process import Child, StackError, alive, family, stop, wait_until
from demo.stack import Stack, alone

# Starts its own child, in another process group, and ignores the polite signal.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
print("ready", flush=True)
time.sleep(60)
"""


def start(tmp_path, code, name="program"):
    return Child.start(name, [sys.executable, "-c", code], env=os.environ, logs=tmp_path / "logs")


def started(child, text="ready"):
    wait_until(lambda: text in child.log.read_text(), seconds=20, what="the start", children=[child])


def test_stopping_a_program_stops_all_its_descendants(tmp_path):
    child = start(tmp_path, STUBBORN)
    started(child)
    members = family(child.process.pid)
    assert len(members) == 2
    stop([child], patience=0.3)
    assert not any(alive(member) for member in members)


def test_a_program_that_has_ended_is_named_with_the_end_of_its_log(tmp_path):
    child = start(tmp_path, "print('first'); print('last words'); raise SystemExit(3)")
    with pytest.raises(StackError, match=r"program ended with status 3\. The end of .*program\.log:\n(?s:.*)last"):
        wait_until(lambda: False, seconds=20, what="it", children=[child])


def test_waiting_too_long_is_an_error_that_says_for_what(tmp_path):
    child = start(tmp_path, STUBBORN)
    with pytest.raises(TimeoutError, match="the miracle took longer than 0 s"):
        wait_until(lambda: False, seconds=0.2, what="the miracle", children=[child])
    stop([child], patience=0.1)


@pytest.mark.parametrize(
    ("code", "seconds", "problem"),
    [("raise SystemExit(2)", 60, "failed with status 2"), ("import time; time.sleep(60)", 0.2, "not done")],
)
def test_a_step_that_fails_or_takes_too_long_is_an_error(tmp_path, code, seconds, problem):
    child = start(tmp_path, code)
    with pytest.raises(StackError, match=problem):
        child.wait(seconds)
    stop([child])


def test_programs_left_running_are_stopped_later(tmp_path):
    child = start(tmp_path, STUBBORN)
    started(child)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    write_down(tmp_path, [child], [folder])
    members = family(child.process.pid)
    assert len(find_leftovers(tmp_path)) == 1
    assert stop_leftovers(tmp_path, patience=0.3) == 1
    assert find_leftovers(tmp_path) == []
    child.process.wait()
    assert not any(alive(member) for member in members)
    assert not folder.exists()
    assert not (tmp_path / FILE).exists()


def test_the_list_of_processes_is_always_complete(tmp_path):
    """So a stack that is killed while it writes the list can still be stopped."""
    write_down(tmp_path, [], [tmp_path])
    enough = threading.Event()

    def rewrite():
        while not enough.is_set():
            write_down(tmp_path, [], [tmp_path])

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(rewrite)
        try:
            assert all(find_leftovers(tmp_path) == [] for _ in range(2_000))
        finally:
            enough.set()
        writing.result()


def test_a_group_whose_leader_was_killed_is_stopped_later(tmp_path):
    child = start(tmp_path, STUBBORN.replace("start_new_session=True", "start_new_session=False"))
    started(child)
    write_down(tmp_path, [child], [])
    [orphan] = psutil.Process(child.process.pid).children()
    child.process.kill()
    child.process.wait()
    assert alive(orphan)
    assert stop_leftovers(tmp_path, patience=0.3) == 1
    wait_until(lambda: not alive(orphan), seconds=20, what="the end")


def test_another_process_with_an_old_process_id_is_not_stopped(tmp_path):
    child = start(tmp_path, STUBBORN)
    started(child)
    write_down(tmp_path, [child], [])
    file = tmp_path / FILE
    pid, begin = child.process.pid, psutil.Process(child.process.pid).create_time()
    file.write_text(file.read_text().replace(str(begin), str(begin - 3600)))
    assert stop_leftovers(tmp_path) == 0
    assert psutil.Process(pid).is_running()
    stop([child], patience=0.1)


def test_there_is_nothing_to_stop_if_nothing_ran(tmp_path):
    assert stop_leftovers(tmp_path) == 0


def test_a_folder_is_locked_by_one_stack(tmp_path):
    with alone(tmp_path), pytest.raises(StackError, match="Another stack is running"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_a_mode_given_with_a_stripe_connection_is_refused(tmp_path):
    environ = {"AIRFLOW_CONN_STRIPE_DEFAULT": "stripe://:sk@/?mode=stage"}
    with pytest.raises(ValueError, match="Stripe connection sets the mode"):
        Stack(tmp_path, mode="submit", environ=environ)
    assert Stack(tmp_path, environ=environ).mode == "stage"
    assert Stack(tmp_path, environ={"AIRFLOW_CONN_STRIPE_DEFAULT": "stripe://:sk@/"}).mode == "shadow"
    assert Stack(tmp_path, environ={}).mode == "submit"
