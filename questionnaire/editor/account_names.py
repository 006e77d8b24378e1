"""Who did something, by name: the record holds "user:7", so that a renamed account stays the same one."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User

_PREFIX = "user:"


def find_names(actors: Iterable[str]) -> dict[str, str]:
    """Each actor with a name people know, in one query; an account that is gone keeps its number."""
    wanted = {actor for actor in actors if actor}
    keys = {
        actor: int(tail)
        for actor in wanted
        if (tail := actor.removeprefix(_PREFIX)) != actor and tail.isdecimal()
    }
    users = User.objects.in_bulk(set(keys.values())) if keys else {}
    return {actor: name_of(users[keys[actor]]) if keys.get(actor) in users else actor for actor in wanted}


def name_of(user: User) -> str:
    """A colleague's name."""
    return user.get_full_name() or user.get_username()
