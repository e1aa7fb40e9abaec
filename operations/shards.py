"""Portals shared out among processes: neighbours stay together, and every process gets about as much."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence

WORTH_A_PROCESS = 16  # portals: a process needs two seconds of a core before it sends anything
MOST = 1500  # portals of one shard, which end with its slowest ones: what a crash, or the time limit, can interrupt


def shards(codes: Sequence[str], neighbourhood: Mapping[str, str], cores: int) -> list[list[str]]:
    """The portals in as many lists as keep the cores busy; portals of one neighbourhood are in one list."""
    together: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        together[neighbourhood.get(code, code)].append(code)
    number = max(min(cores, -(-len(codes) // WORTH_A_PROCESS)), -(-len(codes) // MOST))
    shared: list[list[str]] = [[] for _ in range(number)]
    for group in sorted(together.values(), key=len, reverse=True):
        min(shared, key=len).extend(group)
    return [sorted(shard) for shard in shared if shard]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))
