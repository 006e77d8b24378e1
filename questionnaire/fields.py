"""Words in several languages as one database column."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

from questionnaire.definition import Text


class WordsField(models.JSONField):
    """A `Text`: stored as pairs, because a JSON object in PostgreSQL forgets which language came first."""

    def get_prep_value(self, value: Any) -> Any:
        return [list(pair) for pair in value.by_language] if isinstance(value, Text) else value

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return super().get_db_prep_value(self.get_prep_value(value), connection, prepared)

    def from_db_value(
        self, value: Any, expression: Expression, connection: BaseDatabaseWrapper
    ) -> Text | None:
        return self.to_python(super().from_db_value(value, expression, connection))

    def to_python(self, value: Any) -> Text | None:
        if value is None or isinstance(value, Text):
            return value
        return Text(tuple((str(language), str(words)) for language, words in value))

    def value_to_string(self, obj: models.Model) -> Any:
        return self.get_prep_value(self.value_from_object(obj))
