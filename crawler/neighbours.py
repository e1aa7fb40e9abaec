"""Which portals are one to a server: those that share a host, a registered domain or a platform are visited in turn."""

from collections.abc import Iterable

from crawler.allowlist import Allowlist, registrable_domain
from crawler.registry import Portal


def neighbourhoods(portals: Iterable[Portal]) -> dict[str, str]:
    """For each portal's code the name of its neighbourhood, the same for all that must not be visited side by side.

    One process keeps them apart by its download slots; two processes know nothing of each other, so what is shared
    out among them is whole neighbourhoods.
    """
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = name = parents[parent]
        return name

    codes = []
    for portal in portals:
        codes.append(portal.code)
        for shared in _shared(portal):
            first, second = sorted((root(portal.code), root(shared)))
            parents[second] = first
    return {code: root(code) for code in codes}


def _shared(portal: Portal) -> set[str]:
    reach = Allowlist.of(portal)
    shared = {f"host {host}" for host in reach.hosts}
    # The city's domain too, where its portal carries the county's reports: its other counties may be asked there.
    shared |= {f"domain {domain}" for host in reach.hosts if (domain := registrable_domain(host))}
    return shared | ({f"platform {portal.platform}"} if portal.platform else set())
