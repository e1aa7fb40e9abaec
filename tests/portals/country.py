"""A practice country: portals, the mirrors that copy them, and where each of them listens."""

from dataclasses import dataclass, field

from tests.portals.portal import Portal
from tests.portals.quirks import Quirk


@dataclass(frozen=True, slots=True)
class Mirror:
    """A host that copies the portal of county ``original`` and that nobody may call; it listens to prove it."""

    host: str
    address: str
    original: str


@dataclass(frozen=True, slots=True)
class Country:
    """Portals, one for each county code, and mirrors.

    Raises:
        ValueError: two of them have the same code, host or address.
    """

    portals: tuple[Portal, ...]
    mirrors: tuple[Mirror, ...] = ()
    _by_code: dict[str, Portal] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._by_code.update({portal.code: portal for portal in self.portals})
        hosts = [*(portal.host for portal in self.portals), *(mirror.host for mirror in self.mirrors)]
        addresses = [*(portal.address for portal in self.portals), *(mirror.address for mirror in self.mirrors)]
        for names in (list(self._by_code), hosts, addresses):
            if len(set(names)) < len(names) or len(self._by_code) < len(self.portals):
                raise ValueError("two portals share a code, a host or an address")

    def portal(self, code: str) -> Portal:
        """The portal of a county.

        Raises:
            KeyError: the country has none.
        """
        return self._by_code[code]

    def hosts(self) -> dict[str, str]:
        """Every name that is resolved and its address, mirrors and the addresses where nobody listens included."""
        found = {portal.host: portal.address for portal in self.portals if Quirk.NO_NAME not in portal.quirks}
        found |= {host: portal.address for portal in self.portals for host in portal.extra_hosts}
        return found | {mirror.host: mirror.address for mirror in self.mirrors}

    def listening(self) -> list[str]:
        """The addresses to listen on."""
        found = [portal.address for portal in self.portals if portal.family != "refused"]
        return [*found, *(mirror.address for mirror in self.mirrors)]

    def settle(self, port: int) -> None:
        """Tell every portal the port it is served on: it stands in addresses."""
        for portal in self.portals:
            portal.settle(port)

    def registry(self) -> list[tuple[str, ...]]:
        """The registry's rows. Date, family, column and TLS are left empty: the crawl has to find what it needs."""
        return [
            (
                portal.code,
                f"{portal.registered}/",
                "",
                "",
                "",
                " ".join(portal.extra_hosts),
                portal.platform,
                portal.hosted_by,
                "",
                portal.notes,
            )
            for portal in self.portals
        ]
