import time
from threading import Thread

from sandbox.delivery.schedule import Schedule


def test_items_come_out_when_they_are_due():
    schedule = Schedule()
    schedule.put("later", after=0.05)
    schedule.put("first")
    schedule.put("second")
    began = time.monotonic()

    assert [schedule.take() for _ in range(3)] == ["first", "second", "later"]
    assert time.monotonic() - began >= 0.05


def test_who_waits_gets_what_is_put_in_meanwhile():
    schedule, got = Schedule(), []
    schedule.put("in an hour", after=3600)
    waiting = Thread(target=lambda: got.append(schedule.take()), daemon=True)
    waiting.start()
    schedule.put("now")
    waiting.join(20)

    assert got == ["now"]


def test_a_closed_schedule_lets_everyone_go():
    schedule, got = Schedule(), []
    threads = [Thread(target=lambda: got.append(schedule.take()), daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    schedule.close()
    for thread in threads:
        thread.join(20)

    assert got == [None] * 3
