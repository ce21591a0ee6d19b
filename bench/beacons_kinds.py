"""How software and people talk to a server: one function a kind, times and sizes of one pair out.

Written from how such programs behave (their documentation and protocols), not from what any score
looks at. Every function takes a generator and the place (how long it was watched, when people are
there) and gives a ``Talk``; times are seconds after the watch began, in no order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct, field

Random = np.random.Generator
Array = np.ndarray[Any, np.dtype[Any]]

HOUR, DAY = 3600.0, 86400.0
MOST, MANY = 50_000, 5_000
"""Connections of one pair: the most there are, and what most busy pairs end at."""
TCP, UDP = 6, 17


class Place(Struct, frozen=True):
    """What was watched: for how many days, from which weekday and hour on (UTC)."""

    days: int
    weekday: int
    hour: float
    zone: float
    """Hours that the people's clock is ahead of UTC."""

    @property
    def span(self) -> float:
        """Seconds."""
        return self.days * DAY


class Talk(Struct, frozen=True):
    """One pair's connections: times and durations (s), bytes each way, and whether answered."""

    times: Array
    lasts: Array
    out: Array
    back: Array
    answered: Array
    port: int
    proto: int = TCP
    told: dict[str, float | str] = field(default_factory=dict)
    """What is true of it: period, jitter, missing, clock …"""


def talk(
    random: Random,
    times: Array,
    port: int,
    *,
    out: tuple[float, float] = (900, 0.6),
    back: tuple[float, float] = (15_000, 1.5),
    lasts: tuple[float, float] = (1.0, 1.0),
    failing: float = 0.01,
    proto: int = TCP,
    **told: float | str,
) -> Talk:
    """A talk at these times; sizes and durations are log-normal: (median, sigma)."""
    count = len(times)
    drawn = [
        np.exp(random.normal(np.log(median), sigma, count)) for median, sigma in (lasts, out, back)
    ]
    answered = random.random(count) >= failing
    return Talk(times, drawn[0], drawn[1], drawn[2] * answered, answered, port, proto, told)


def shifts(random: Random, place: Place) -> list[tuple[float, float]]:
    """When one person is at work: from morning to evening with a break, on weekdays mostly."""
    if random.random() < 0.12:
        return [(0.0, place.span)]
    begin, end = random.normal(8.0, 1.0), random.normal(16.8, 1.3)
    found = []
    for day in range(-1, place.days + 1):
        if (place.weekday + day) % 7 >= 5 and random.random() < 0.9:
            continue
        midnight = (day * 24 - place.hour - place.zone) * HOUR
        noon = random.normal(12.2, 0.4)
        parts = ((begin + random.normal(0, 0.3), noon), (noon + 0.7, end + random.normal(0, 0.5)))
        for low, high in parts:
            pair = max(midnight + low * HOUR, 0.0), min(midnight + high * HOUR, place.span)
            if pair[1] > pair[0]:
                found.append(pair)
    return found or [(0.0, min(place.span, 2 * HOUR))]


def most(random: Random) -> int:
    """How many connections a tireless program gets to before it is stopped."""
    return MOST if random.random() < 0.06 else int(random.integers(MANY // 5, MANY))


def moments(random: Random, held: list[tuple[float, float]], count: int) -> Array:
    """Moments within the given stretches, evenly spread over them."""
    edges = np.array(held)
    lengths = edges[:, 1] - edges[:, 0]
    which = random.choice(len(edges), count, p=lengths / lengths.sum())
    moment: Array = edges[which, 0] + random.random(count) * lengths[which]
    return moment


# People


def browsing(random: Random, place: Place) -> Talk:
    """Pages in sessions: heavy-tailed visits, thinking times, several connections a page."""
    visits = min(1 + int(random.pareto(0.9)), 400)
    starts = moments(random, shifts(random, place), visits)
    pages = random.geometric(0.35, visits)
    first = np.repeat(np.cumsum(pages) - pages, pages)
    thinking = np.exp(random.normal(np.log(25), 1.3, pages.sum()))
    within = np.cumsum(thinking)
    loads = np.repeat(starts, pages) + within - within[first]
    opened = random.poisson(1.6, len(loads)) + (random.random(len(loads)) < 0.7)
    times = np.repeat(loads, opened)
    times = times + random.exponential(0.35, len(times)) * (random.random(len(times)) < 0.8)
    return talk(random, times[:MOST], 443, failing=0.02)


def office(random: Random, place: Place) -> Talk:
    """File shares, mail windows and business programs: use as work comes, in working hours."""
    count = min(int(np.exp(random.normal(3.2, 1.4))) + 1, 20_000)
    clumps = moments(random, shifts(random, place), max(count // 3, 1))
    times = random.choice(clumps, count) + random.gamma(0.5, 240.0, count)
    port = int(random.choice([445, 443, 1433, 8080, 389]))
    return talk(random, times, port, out=(1500, 1.0), back=(4000, 1.2))


def names(random: Random, place: Place) -> Talk:
    """DNS: a question when a name is needed, again after its time to live, doubled by AAAA."""
    held = shifts(random, place)
    asked = []
    for _ in range(random.integers(1, 25)):
        uses = np.sort(moments(random, held, int(random.pareto(0.8) * 6) + 1))
        life = random.choice([20.0, 60.0, 300.0, 3600.0])
        fresh = np.concatenate([[True], np.diff(uses) > life])
        asked.append(uses[fresh])
    times = np.concatenate(asked)
    times = np.concatenate([times, times + random.exponential(0.004, len(times))])[:MOST]
    return talk(random, times, 53, out=(75, 0.1), back=(180, 0.5), lasts=(0.02, 1.0), proto=UDP)


def waiting(random: Random, place: Place) -> Talk:
    """Long polling by an open program: a new request when a message came or the wait ran out."""
    wait = float(random.choice([30, 55, 60, 90]))
    times = []
    for begin, end in shifts(random, place):
        if random.random() < 0.5:
            continue
        low = begin + (end - begin) * random.random() * 0.7
        steps = np.minimum(random.exponential(wait * 1.2, 400), wait) + 0.1
        points = low + np.cumsum(steps)
        times.append(points[points < min(end, low + random.exponential(2 * HOUR))])
    joined = np.concatenate([*times, moments(random, [(0, place.span)], 4)])
    return talk(random, joined, 443, lasts=(40, 0.3))


def open_page(random: Random, place: Place) -> Talk:
    """A page that renews itself while somebody leaves it open: minutes to hours, some days."""
    every = float(random.choice([5, 10, 15, 30, 60, 120, 300]))
    times = []
    for begin, end in shifts(random, place):
        if random.random() < 0.5:
            continue
        low = begin + (end - begin) * random.random() * 0.8
        long = min(end - low, random.exponential(0.8 * HOUR))
        times.append(low + np.arange(0, long, every))
    ticks = np.concatenate([*times, moments(random, [(0, place.span)], 4)])
    ticks = ticks[random.random(len(ticks)) < 0.95]
    late = np.abs(random.normal(0, 0.2, len(ticks)))
    return talk(random, (ticks + late)[:MOST], 443, out=(1100, 0.05), back=(6000, 0.4))


# Machines without a clock


def arrivals(random: Random, place: Place) -> Talk:
    """A service called as requests come: Poisson, its rate moving with the hours."""
    count = min(int(np.exp(random.normal(5.0, 1.8))) + 2, MOST)
    times = moments(random, [(0, place.span)], count)
    swing = 0.5 + 0.5 * np.cos(2 * np.pi * (times / DAY - random.random()))
    times = times[random.random(count) < 0.3 + 0.7 * swing]
    return talk(random, times, int(random.choice([443, 5432, 6379, 9200])), back=(2500, 1.0))


def events(random: Random, place: Place) -> Talk:
    """A sensor or camera that reports what happens: bursts, then long nothing."""
    bursts = random.integers(1, 60)
    starts = moments(random, [(0, place.span)], int(bursts))
    sizes = random.geometric(0.2, int(bursts))
    times = np.repeat(starts, sizes) + random.exponential(random.choice([2.0, 20.0]), sizes.sum())
    return talk(random, times, 443, out=(2500, 0.8), back=(400, 0.3))


def queue(random: Random, place: Place) -> Talk:
    """A worker that fetches the next job when one is done: times as even as the jobs are."""
    work = np.exp(random.normal(np.log(120), 1.5))
    even = random.uniform(1.2, 6.0)
    count = int(min(place.span / work * random.uniform(0.1, 1), 8000)) + 4
    times = random.uniform(0, place.span / 2) + np.cumsum(random.gamma(even, work / even, count))
    return talk(random, times[times < place.span], 8080, out=(700, 0.5))


def sessions(random: Random, place: Place) -> Talk:
    """Few connections that stay open for hours and are opened again when they broke."""
    count = random.integers(3, 30)
    times = np.cumsum(random.exponential(place.span / count, count))
    return talk(
        random,
        times[times < place.span],
        int(random.choice([22, 1194, 8883, 443])),
        out=(200_000, 1.5),
        lasts=(2 * HOUR, 1.2),
    )


def sweep(random: Random, place: Place) -> Talk:
    """A scanner's contacts with one target: some sweeps, a few ports in fast or slow order."""
    sweeps = int(random.choice([1, 1, 1, 2, 3, place.days * 2]))
    begins = moments(random, [(0, place.span)], sweeps)
    step = float(np.exp(random.normal(np.log(0.5), 2.0)))
    probes = random.integers(1, 12, sweeps)
    order = np.concatenate([np.sort(random.permutation(200)[:each]) for each in probes])
    times = np.repeat(begins, probes) + order * step
    return talk(random, times, 445, out=(60, 0.05), back=(60, 0.05), lasts=(0.05, 1), failing=0.85)


def retries(random: Random, place: Place) -> Talk:
    """A program whose server is gone: tries at a fixed pace, or ever more slowly, in vain."""
    begin = random.uniform(0, 0.7) * place.span
    until = begin + random.uniform(0.02, 1.0) * (place.span - begin)
    if random.random() < 0.5:
        pace = float(random.choice([5, 10, 30, 60, 120, 300]))
        steps = pace + random.exponential(0.5, int(min((until - begin) / pace, most(random))))
    else:
        top = float(random.choice([60, 300, 900, 3600]))
        steps = np.minimum(2.0 ** np.arange(400), top) * random.uniform(0.8, 1.2, 400)
    times = begin + np.cumsum(steps)
    times = times[times < until]
    return talk(random, times, 443, out=(180, 0.05), lasts=(3, 1), failing=1.0)


# Machines with a clock and a known purpose


def asked(random: Random, place: Place, times: Array, port: int, size: int, spread: float) -> Talk:
    """A question in UDP at each of the times, and an answer as long: always so many bytes."""
    return talk(
        random,
        times[times < place.span],
        port,
        out=(size, 0.0),
        back=(size, 0.0),
        lasts=(0.02, spread),
        proto=UDP,
    )


def time_service(random: Random, place: Place) -> Talk:
    """NTP: a power of two seconds between questions (RFC 5905), which moves slowly."""
    power = random.integers(6, 11)
    count = int(min(place.span / 2.0**power, MOST))
    change = np.cumsum(random.random(count) < 0.002) % 2
    steps = 2.0 ** (power - change * (power > 6)) + random.uniform(-1.0, 1.0, count)
    times = random.uniform(0, 60) + np.cumsum(steps)
    return asked(random, place, times, 123, 90, 0.5)


def updates(random: Random, place: Place) -> Talk:
    """A look for updates every some hours, spread at random, several connections each."""
    every, spread = [(HOUR, 0.05), (4 * HOUR, 0.1), (12 * HOUR, 0.5), (22 * HOUR, 0.1)][
        random.integers(4)
    ]
    count = int(place.span / every) + 2
    looks = random.uniform(0, every) + np.cumsum(
        every * (1 + random.uniform(-spread / 2, spread / 2, count))
    )
    opened = 1 + random.poisson(1.5, count)
    times = np.repeat(looks, opened) + random.exponential(1.5, opened.sum())
    return talk(random, times[times < place.span], 443, out=(2500, 0.4), back=(60_000, 1.8))


def polling(random: Random, place: Place) -> Talk:
    """A panel or historian that opens a connection each cycle to a controller or agent."""
    every = float(random.choice([1, 2, 5, 10, 30, 60, 300]))
    begin = random.uniform(0, 0.3) * place.span
    count = int(min((place.span - begin) / every, most(random)))
    times = begin + np.arange(count) * every + np.abs(random.normal(0, 0.01, count))
    port, proto = [(502, TCP), (161, UDP), (102, TCP), (44818, TCP)][random.integers(4)]
    return talk(
        random, times, port, out=(400, 0.02), back=(700, 0.02), lasts=(0.1, 0.2), proto=proto
    )


def lease(random: Random, place: Place) -> Talk:
    """DHCP renewed after half the lease (RFC 2131), plus starts of the machine."""
    half = float(random.choice([900, 1800, 4 * HOUR, 12 * HOUR]))
    times = random.uniform(0, half) + np.arange(0, place.span, half)
    times = times + np.cumsum(random.uniform(0, 2, len(times)))
    boots = moments(random, [(0, place.span)], int(random.integers(0, 3)))
    every = np.concatenate([times, boots])
    return asked(random, place, every, 67, 350, 1.0)


def backup(random: Random, place: Place) -> Talk:
    """A copy by night: once a day at a fixed minute, or every hour, some connections each."""
    every = DAY if random.random() < 0.7 else HOUR
    hour = (random.uniform(0, 5) - place.hour - place.zone) * HOUR
    begins = hour + np.arange(0, place.span + 2 * DAY, every)
    opened = 1 + random.poisson(2.0, len(begins))
    times = np.repeat(begins + random.exponential(20, len(begins)), opened)
    times = times + random.exponential(30, len(times))
    kept = times[(times > 0) & (times < place.span)]
    return talk(random, kept, 873, out=(5e7, 1.0), back=(2e5, 0.8), lasts=(600, 1.0))


def mailbox(random: Random, place: Place) -> Talk:
    """A mail program that looks every few minutes while its person is there."""
    every = float(random.choice([60, 300, 600, 900]))
    times = [
        np.arange(begin + random.uniform(0, every), end, every)
        for begin, end in shifts(random, place)
    ]
    joined = np.concatenate(times)
    late = random.exponential(0.3, len(joined))
    return talk(random, joined + late, 993, out=(1200, 0.1), back=(3000, 0.8))


# What is looked for


def beacon(random: Random, place: Place) -> Talk:
    """A program that calls home: sleep(T ± jitter) or by the wall clock, with its gaps."""
    low, high = 0.5, min(DAY, place.span / 6)
    period = float(np.exp(random.uniform(np.log(low), np.log(high))))
    jitter = float(random.choice([0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5]))
    missing = float(random.choice([0, 0, 0.1, 0.25, 0.5]))
    clock = "wall" if random.random() < 0.3 else "sleep"
    begin = random.uniform(0, 0.5) * place.span * (random.random() < 0.3)
    begin = min(begin, max(place.span - 6 * period / (1 - missing), 0.0))
    beats = _beats(random, place.span - begin, period, jitter, clock) + begin
    beats, off = _switched(random, place, beats, period)
    beats = beats[random.random(len(beats)) >= missing][: most(random)]
    opened = np.ones(len(beats), int)
    if period > 5 and random.random() < 0.3:
        opened = random.integers(1, int(random.integers(3, 7)), len(beats))
    times = np.repeat(beats, opened)[:MOST]
    spread = random.exponential(min(0.02 * period, 1.5), len(times))
    times = times + spread * (random.random(len(times)) < 0.9) * (opened.max() > 1)
    told = {"period": period, "jitter": jitter, "missing": missing, "clock": clock, "off": off}
    times, told = _second(random, place, times, period, told)
    return _payload(random, times, told)


def _beats(random: Random, span: float, period: float, jitter: float, clock: str) -> Array:
    count = min(int(span / period) + 2, 4 * MOST)
    if clock == "wall":
        late = random.random(count) * jitter * period + np.abs(random.normal(0, 0.03, count))
        beats = np.arange(count) * period + random.random() * period + late
    else:
        steps = period * (1 + random.uniform(-jitter, jitter, count))
        beats = np.cumsum(steps + random.exponential(min(0.05, period / 50), count))
    kept: Array = beats[beats < span]
    return kept


def _switched(random: Random, place: Place, beats: Array, period: float) -> tuple[Array, str]:
    """Leave out nights or weekends, as a machine that is switched off then does."""
    draw = random.random()
    if draw > 0.3 or period > 2 * HOUR or place.days < 2:
        return beats, ""
    if draw < 0.18:
        hours = (beats / HOUR + place.hour + place.zone) % 24
        kept = (hours > random.uniform(5, 8)) & (hours < random.uniform(17, 22))
        word = "night"
    else:
        days = (beats / DAY + (place.hour + place.zone) / 24 + place.weekday) % 7
        kept, word = days < 5, "weekend"
    return (beats[kept], word) if kept.sum() >= 6 else (beats, "")


def _second(
    random: Random, place: Place, times: Array, period: float, told: dict[str, Any]
) -> tuple[Array, dict[str, Any]]:
    """A second timer of the same program, or ordinary use of the same server beside it."""
    draw = random.random()
    if draw < 0.07:
        second = period * float(random.choice([1.62, 2.7, 4.3, 10.0, 15.5]))
        if second * 6 < place.span:
            more = _beats(random, place.span, second, 0.01, "sleep")
            return np.concatenate([times, more])[:MOST], told | {"second": second}
    elif draw < 0.12:
        used = min(len(times) // 4 + 1, 400)
        more = moments(random, shifts(random, place), used) + random.exponential(20, used)
        return np.concatenate([times, more])[:MOST], told | {"beside": used}
    return times, told


def _payload(random: Random, times: Array, told: dict[str, Any]) -> Talk:
    """Mostly the same question; now and then a task with more to say; sometimes padded."""
    sigma = float(random.choice([0.0, 0.02, 0.3], p=[0.5, 0.3, 0.2]))
    median = float(np.exp(random.uniform(np.log(250), np.log(4000))))
    found = talk(
        random, times, int(random.choice([443, 443, 80, 8443, 53, 1883])),
        out=(median, sigma), back=(median * 2, sigma), lasts=(0.3, 0.5),
        failing=float(random.choice([0.0, 0.0, 0.02, 0.1])), **told,
    )  # fmt: skip
    tasks = random.random(len(times)) < random.choice([0.0, 0.02, 0.05])
    bigger = np.exp(random.normal(2.5, 1.0, len(times)))
    out, back = found.out * np.where(tasks, bigger, 1), found.back * np.where(tasks, bigger, 1)
    return Talk(found.times, found.lasts, out, back, found.answered, found.port, TCP, told)
