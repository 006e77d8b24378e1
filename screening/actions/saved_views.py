"""A reviewer's own names for sets of filters. They say nothing about any patient.

Called for staff who may read submissions, each for their own views.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from screening.models import SavedView

MOST_VIEWS = 30
"""Views that one person may keep."""


class TooManyViewsError(Exception):
    """This person keeps as many views as they may."""


@transaction.atomic
def save_view(*, owner: User, name: str, query: str) -> SavedView:
    """Keep these filters under this name, in place of an earlier view of the name. Raises
    TooManyViewsError."""
    own = SavedView.objects.filter(owner=owner)
    if not own.filter(name=name).exists() and own.count() >= MOST_VIEWS:
        raise TooManyViewsError
    view, _created = SavedView.objects.update_or_create(owner=owner, name=name, defaults={"query": query})
    return view


@transaction.atomic
def delete_view(*, owner: User, view_id: int) -> None:
    """Delete one of this person's own views; nothing happens for one that is not theirs."""
    SavedView.objects.filter(owner=owner, pk=view_id).delete()
