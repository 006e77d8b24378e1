"""One submission as frozen evidence: what was asked, in which words, what was answered, and what the rules
said.

The file holds the whole version with its fingerprint, so that anybody with the rules module can judge it
again, years later, and must come to the same result. `find_faults()` does that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from questionnaire.document_reading import definition_from_plain
from questionnaire.models import Document
from questionnaire.rules import assess
from questionnaire.rules.answers import read_answers, to_json_value
from questionnaire.rules.states import Verdict
from screening.queries import clinic
from screening.queries.submission import LoadedSubmission

FORMAT = "beforehand-submission/1"
_NEEDED = ("document", "fingerprint", "answers", "assessment")


def build_evidence(loaded: LoadedSubmission) -> dict[str, Any]:
    """Everything about one submission that never changes again. Times are ISO 8601."""
    row = loaded.row
    document = Document.objects.select_related("version__questionnaire").get(version_id=row.version_id)
    response = loaded.response
    return {
        "format": FORMAT,
        "reference": row.reference,
        "uuid": str(row.uuid),
        "state": row.state,
        "language": row.language,
        "kiosk": row.kiosk,
        "started": _format_time(row.started_at),
        "sent": _format_time(row.submitted_at),
        "identity": loaded.identity or {},
        "answers": {link_id: to_json_value(value) for link_id, value in response.answers.items()},
        "asked": sorted(response.asked),
        "urgent_read": sorted(response.read),
        "assessment": _describe_assessment(loaded),
        "clinic": asdict(clinic.by_id(row.settings_id)),
        "questionnaire": document.version.questionnaire.slug,
        "version": document.version.number,
        "fingerprint": document.fingerprint,
        "document": document.json,
    }


def _describe_assessment(loaded: LoadedSubmission) -> dict[str, Any]:
    flags = list(loaded.row.flags.all())
    raised = [flag for flag in flags if flag.verdict == Verdict.RAISED]
    return {
        "state": loaded.row.assessment,
        "outcome": "discuss-with-your-physician",
        "flags": [{"code": flag.code, "severity": flag.severity, "because": flag.because} for flag in raised],
        "cannot_tell": [flag.code for flag in flags if flag.verdict == Verdict.CANNOT_TELL],
    }


def find_faults(packet: object) -> list[str]:
    """What does not hold about this file, one sentence each; nothing when it stands."""
    if not isinstance(packet, Mapping) or packet.get("format") != FORMAT:
        return ["this is not a submission's evidence file of a kind known here"]
    if missing := [name for name in _NEEDED if name not in packet]:
        return [f"the file lacks {', '.join(missing)}"]
    if hashlib.sha256(packet["document"].encode()).hexdigest() != packet["fingerprint"]:
        return [
            "the questionnaire in the file does not have its fingerprint: its words or rules were changed"
        ]
    if packet["assessment"]["state"] != "assessed":
        return []
    definition = definition_from_plain(json.loads(packet["document"]))
    open_ids = assess(definition, packet["answers"]).open
    answers = {link_id: value for link_id, value in packet["answers"].items() if link_id in open_ids}
    assessment = assess(definition, read_answers(definition, answers))
    flags = [
        {"code": f.code, "severity": str(f.severity), "because": list(f.because)} for f in assessment.flags
    ]
    faults = []
    if flags != packet["assessment"]["flags"]:
        faults.append("the flags do not follow from the answers")
    if list(assessment.cannot_tell) != packet["assessment"]["cannot_tell"]:
        faults.append("what could not be told does not follow from the answers")
    return faults


def _format_time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
