import time
from threading import Thread

from sandbox.delivery.schedule import Schedule


def test_items_are_returned_when_they_are_due():
    schedule = Schedule()
    schedule.put("later", after=0.05)
    schedule.put("first")
    schedule.put("second")
    began = time.monotonic()

    assert [schedule.take() for _ in range(3)] == ["first", "second", "later"]
    assert time.monotonic() - began >= 0.05


def test_a_waiting_thread_gets_an_item_added_meanwhile():
    schedule, got = Schedule(), []
    schedule.put("in an hour", after=3600)
    waiting = Thread(target=lambda: got.append(schedule.take()), daemon=True)
    waiting.start()
    schedule.put("now")
    waiting.join(20)

    assert got == ["now"]


def test_closing_the_schedule_releases_every_waiting_thread():
    schedule, got = Schedule(), []
    threads = [Thread(target=lambda: got.append(schedule.take()), daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    schedule.close()
    for thread in threads:
        thread.join(20)

    assert got == [None] * 3
