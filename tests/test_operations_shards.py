"""Portals shared out among processes, and processes that are told to stop, or take too long."""

import sys
import threading
import time
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.neighbours import neighbourhoods
from crawler.registry import Portal, load_registry
from operations.processes import Processes
from operations.shards import MOST, WORTH_A_PROCESS, shards

A_MOMENT, LONG = timedelta(seconds=0.5), timedelta(minutes=5)
SLEEPS = (sys.executable, "-c", "import time; time.sleep(300)")
STUBBORN = ("sh", "-c", "trap '' TERM; exec sleep 300")


def test_what_shares_a_host_a_domain_or_a_platform_is_one_neighbourhood() -> None:
    portals = [
        Portal("110101", "http://www.one.gov.cn/"),
        Portal("110102", "http://two.one.gov.cn/"),
        Portal("110105", "http://www.three.gov.cn/", hosts=("www.city.gov.cn",)),
        Portal("110106", "http://www.four.gov.cn/", hosts=("www.city.gov.cn",), platform="firewall"),
        Portal("110107", "http://1.2.3.4/", platform="firewall"),
        Portal("110108", "http://www.five.gov.cn/"),
        Portal("110109"),
    ]
    found = neighbourhoods(portals)
    together: dict[str, set[str]] = {}
    for code, name in found.items():
        together.setdefault(name, set()).add(code)
    assert sorted(together.values(), key=min) == [
        {"110101", "110102"},
        {"110105", "110106", "110107"},
        {"110108"},
        {"110109"},
    ]


def test_the_shipped_portals_are_nearly_all_on_their_own() -> None:
    found = neighbourhoods(load_registry().values())
    assert len(set(found.values())) > 0.95 * len(found)


@given(
    st.dictionaries(st.from_regex(r"[1-9][0-9]{5}", fullmatch=True), st.sampled_from("abcdefgh"), max_size=60),
    st.integers(1, 8),
)
def test_every_portal_is_in_one_shard_and_neighbours_in_the_same(together: dict[str, str], cores: int) -> None:
    parts = shards(sorted(together), together, cores)
    assert sorted(code for part in parts for code in part) == sorted(together)
    for part in parts:
        assert not {together[code] for code in part} & {
            together[code] for other in parts if other is not part for code in other
        }
    assert len(parts) <= max(1, min(cores, -(-len(together) // WORTH_A_PROCESS)))


def test_the_country_is_shared_out_evenly() -> None:
    codes = [f"{number:06}" for number in range(2846)]
    sizes = [len(part) for part in shards(codes, {}, 2)]
    assert len(sizes) == 2
    assert max(sizes) <= MOST
    assert max(sizes) - min(sizes) <= 1


def test_a_process_that_takes_too_long_is_told_to_stop_and_then_killed() -> None:
    assert Processes().run(SLEEPS, A_MOMENT) == -15
    assert Processes().run(STUBBORN, A_MOMENT, grace=A_MOMENT) == -9


def test_a_stop_reaches_what_runs_and_what_is_only_being_started() -> None:
    processes = Processes()
    ended: list[int] = []
    running = threading.Thread(target=lambda: ended.append(processes.run(SLEEPS, LONG)))
    running.start()
    while not processes.running:
        time.sleep(0)
    processes.stop()
    running.join(30)
    assert ended == [-15]
    assert processes.run(SLEEPS, LONG) == -15
