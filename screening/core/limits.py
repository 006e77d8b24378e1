"""How often something may be tried from one address, counted in the database so that every process counts the
same."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from screening.core.encryption import keyed_hash


@dataclass(frozen=True)
class Limit:
    """So many times within so many seconds."""

    name: str
    most: int
    seconds: int

    def is_reached(self, key: str) -> bool:
        return int(cache.get(self._cache_key(key), 0)) >= self.most

    def count(self, key: str) -> None:
        cache.add(self._cache_key(key), 0, self.seconds)
        cache.incr(self._cache_key(key))

    def _cache_key(self, key: str) -> str:
        """Nobody's address or code stands in the cache's table, only what this installation can compute from
        it."""
        return f"limit:{self.name}:{keyed_hash(key, purpose=f'limit {self.name}')[:32]}"


TRIES_FROM_ONE_ADDRESS = Limit("tries", 20, 60 * 60)
TRIES_OF_ONE_CODE = Limit("code", 5, 60 * 60)
STASHED_PAGES = Limit("kept", 30, 60 * 60)
REMINDERS = Limit("reminder", 3, 60 * 60)


def client_address(request: HttpRequest) -> str:
    """Where the request came from, behind the proxies that are trusted (see settings)."""
    return str(get_adapter().get_client_ip(request))
