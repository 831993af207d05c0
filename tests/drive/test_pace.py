"""The pace in Drive's quota units, with a clock of its own: nobody waits."""

from materials_cli.drive.pace import SLOWEST, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


def test_one_minute_of_quota_may_be_spent_at_once_and_then_the_rate_holds() -> None:
    clock = Clock()
    pace = Pace(6000, clock=clock, wait=clock.wait)
    for _ in range(60):
        pace.take(100)
    assert clock.now == 0
    for _ in range(60):
        pace.take(100)
    assert 59 <= clock.now <= 61


def test_a_refusal_stops_everybody_and_halves_the_rate() -> None:
    clock = Clock()
    pace = Pace(6000, clock=clock, wait=clock.wait)
    pace.slow_down(7)
    pace.take(100)
    assert clock.now >= 7
    assert pace.share < 0.6


def test_many_refusals_at_once_count_as_one() -> None:
    clock = Clock()
    pace = Pace(6000, clock=clock, wait=clock.wait)
    for _ in range(50):
        pace.slow_down(1)
    assert pace.share == 0.5


def test_the_rate_never_falls_to_nothing_and_recovers() -> None:
    clock = Clock()
    pace = Pace(6000, clock=clock, wait=clock.wait)
    for _ in range(50):
        pace.slow_down(1)
        clock.now += 2
    assert pace.share >= SLOWEST
    clock.now += 600
    pace.take(1)
    assert pace.share == 1.0


def test_a_run_that_is_being_stopped_does_not_wait() -> None:
    pace = Pace(60, clock=lambda: 0.0, wait=lambda _: True)
    pace.take(60)
    pace.take(60)
