"""The one sentence of a patient story as a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from questionnaire.editor.text_fields import TypedTextField, make_widget
from questionnaire.vignettes.coverage import LONGEST_STORY


class VignetteForm(forms.Form):
    """Who this is. What they answer stands beside it, as the fields of a made-up patient."""

    use_required_attribute = False

    def __init__(self, story: str = "", data: Any = None) -> None:
        super().__init__(data)
        self.fields["story"] = TypedTextField(
            label=_("Who is this, in one sentence"),
            initial=story,
            max_length=LONGEST_STORY,
            widget=make_widget(2),
            error_messages={"required": _("Enter one sentence that tells who this is")},
        )
