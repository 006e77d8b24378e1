"""A reviewer's own names for sets of filters: keep one, drop one. They say nothing about any patient."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from screening.models import SavedView

MOST = 30
"""Views one person may keep."""


class TooMany(Exception):
    """This person keeps as many views as they may."""


@transaction.atomic
def keep(*, owner: User, name: str, query: str) -> SavedView:
    """Keep these filters under this name, in place of an earlier view of the name."""
    mine = SavedView.objects.filter(owner=owner)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise TooMany
    view, _created = SavedView.objects.update_or_create(owner=owner, name=name, defaults={"query": query})
    return view


@transaction.atomic
def drop(*, owner: User, view_id: int) -> None:
    """Forget one of this person's own views; nothing happens for one that is not theirs."""
    SavedView.objects.filter(owner=owner, pk=view_id).delete()
