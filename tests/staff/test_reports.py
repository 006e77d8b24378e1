"""What is printed: tagged, the same bytes every time, in the patient's language, and never a verdict."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typst
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from questionnaire import document
from questionnaire.checks import readability
from questionnaire.models import Version
from screening.actions import submissions
from screening.models import AuditEvent, Submission
from screening.queries import clinic
from screening.queries.submission import load_submission, load_with_token
from screening.reports import printing
from screening.reports.chart_summary import build_summary, typeset_summary
from screening.reports.evidence import build_evidence, find_faults
from screening.reports.printing import Layout, PaperSize
from screening.reports.specification import typeset_specification
from screening.reports.visit_paper import FILE_NAME, _build_contents, typeset_visit_paper
from tests.builders.shipped import shipped
from tests.builders.submissions import answered, finished, holding, sent, started

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LAYOUTS = [Layout(paper, large) for paper in PaperSize for large in (False, True)]
HOSTILE = '#eval("1") *x* @a $y$ \\ #read("/etc/passwd") <script> = Heading'
HIGH_PRESSURE = {"bp-reading-known": "yes", "bp-systolic": 164, "bp-diastolic": 98}

pytestmark = pytest.mark.django_db


def printed(submission: Submission, layout: Layout | None = None) -> bytes:
    return typeset_visit_paper(
        load_submission(submission), submission.flags.all(), clinic.current(), layout or Layout()
    )


def streams(made: bytes) -> bytes:
    """The file with its compressed parts opened: enough to find names and structure in."""
    parts = [made]
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        try:
            parts.append(zlib.decompress(raw))
        except zlib.error:
            continue
    return b"\n".join(parts)


# Both kinds of page -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_the_page_is_pdf_ua_with_a_tag_tree_a_title_and_a_language(
    published: Version, layout: Layout
) -> None:
    opened = streams(printed(sent(published, HIGH_PRESSURE), layout))
    assert b"pdfuaid:part>1<" in opened or b'pdfuaid:part="1"' in opened
    assert b"/StructTreeRoot" in opened and b"/MarkInfo" in opened and b"/Marked true" in opened
    for tag in (b"/H1", b"/H2", b"/H3", b"/P", b"/L", b"/Table", b"/TH"):
        assert tag in opened, tag
    assert re.search(rb"/Lang\s*\(en\)", opened) and b"DisplayDocTitle true" in opened


def test_the_same_submission_prints_the_same_bytes(published: Version) -> None:
    submission = sent(published, HIGH_PRESSURE)
    assert printed(submission) == printed(Submission.objects.get(pk=submission.pk))


@pytest.mark.parametrize(("paper", "size"), [(PaperSize.A4, (595, 842)), (PaperSize.LETTER, (612, 792))])
def test_the_paper_is_as_asked(published: Version, paper: PaperSize, size: tuple[int, int]) -> None:
    box = re.search(
        rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", streams(printed(sent(published), Layout(paper)))
    )
    assert box and tuple(round(float(side)) for side in box.groups()) == size


@pytest.mark.parametrize("answers", [{}, HIGH_PRESSURE, {"safety-now": ["self-harm"], "phq9-9": "1"}])
@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_the_page_settles(
    published: Version, answers: Mapping[str, object], layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A layout that goes to and fro prints wrong page numbers; typst only warns of it."""

    def compile_strictly(*arguments: Any, **named: Any) -> bytes:
        made, warnings = typst.compile_with_warnings(*arguments, **named)
        assert not warnings, warnings
        return made

    monkeypatch.setattr(printing.typst, "compile", compile_strictly)
    assert printed(sent(published, answers), layout).startswith(b"%PDF")


def test_a_calm_form_fits_on_one_sheet(published: Version) -> None:
    assert len(re.findall(rb"/Type\s*/Page\b", streams(printed(sent(published))))) <= 2


@pytest.mark.parametrize(
    ("query", "layout"),
    [
        ({}, Layout()),
        ({"paper": "a4"}, Layout(PaperSize.A4)),
        ({"print": "large"}, Layout(large=True)),
        ({"paper": "../../etc", "print": "#eval"}, Layout()),
    ],
)
def test_the_address_chooses_paper_and_print_and_nothing_else(
    query: Mapping[str, str], layout: Layout
) -> None:
    assert Layout.from_query(query) == layout


def test_what_a_patient_typed_is_never_markup(published: Version) -> None:
    """Typst would stop at any of these if it read them as its language."""
    submission = sent(published, {"questions-for-doctor": HOSTILE}, identity={"name": HOSTILE})
    loaded = load_submission(submission)
    made = build_summary(loaded, submission.flags.all(), clinic.current(), submission.version, now=NOW)
    assert ("Name", HOSTILE) in made.person
    assert HOSTILE in all_words(contents(submission))
    assert typeset_summary(made, clinic.current(), now=NOW, layout=Layout()).startswith(b"%PDF")
    assert printed(submission).startswith(b"%PDF")


@pytest.mark.parametrize(
    "reach", ['#read("/../secret.txt")', '#read("/etc/hostname")', '#import "@preview/cetz:0.3.0"']
)
def test_a_template_reaches_no_file_outside_its_folder_and_no_package(
    reach: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "bad.typ").write_text(f'#set document(title: "x")\n{reach}')
    monkeypatch.setattr(printing, "_TEMPLATES", folder)
    with pytest.raises(typst.TypstError):
        printing.typeset_pdf("bad", {}, language="en", written=NOW)


# The page to bring along ------------------------------------------------------------------------------------


def contents(submission: Submission) -> dict[str, object]:
    return _build_contents(load_submission(submission), list(submission.flags.all()), clinic.current())


def all_words(value: object) -> str:
    if isinstance(value, Mapping):
        return "\n".join(all_words(part) for part in value.values())
    if isinstance(value, list | tuple):
        return "\n".join(all_words(part) for part in value)
    return str(value)


@pytest.mark.parametrize("answers", [{}, HIGH_PRESSURE, {"safety-now": ["self-harm"]}, {"age": "not-sure"}])
def test_the_page_holds_no_verdict_and_always_sends_to_the_physician(
    published: Version, answers: Mapping[str, object]
) -> None:
    page = contents(sent(published, answers))
    said = {
        "sections",
        "talk",
        "untold",
        "medicines_text",
    }  # the questionnaire's own words, judged when it is checked
    words = all_words({name: part for name, part in page.items() if name not in said})
    assert readability.find_banned_phrases(words) == []
    assert page["title"] == "Please discuss these answers with your physician"
    assert "They are not a decision" in words and "911" in words and "988" in words


def test_the_page_names_nobody(published: Version) -> None:
    submission = sent(published, identity={"name": "Ana Lopez", "phone": "555 010 4477"})
    words = all_words(contents(submission))
    assert "Lopez" not in words and "555 010" not in words and str(submission.reference) in words
    assert "lopez" not in FILE_NAME and not re.search(r"ketamin|mental|depress", FILE_NAME, re.IGNORECASE)


def test_a_form_that_was_not_sent_has_no_page(published: Version) -> None:
    with pytest.raises(ValueError, match="not sent"):
        typeset_visit_paper(finished(published), [], clinic.current(), Layout())


def test_a_form_that_could_not_be_assessed_says_so_and_lists_the_answers(published: Version) -> None:
    submission = sent(published)
    submission.assessment = Submission.Assessment.NOT_ASSESSED
    page = contents(submission)
    assert page["assessed"] is False and page["sections"]
    assert printed(submission).startswith(b"%PDF")


# The summary for the chart ----------------------------------------------------------------------------------


def test_the_summary_gives_each_flag_its_answers_and_its_source(published: Version) -> None:
    submission = sent(published, HIGH_PRESSURE, identity={"name": "Ana Lopez", "birth_date": "1980-07-01"})
    made = build_summary(
        load_submission(submission), submission.flags.all(), clinic.current(), published, now=NOW
    )
    pressure = next(flag for flag in made.flags if "BP 140/90" in flag.title)
    assert pressure.because == (
        *("Top number: 164 mmHg", "Bottom number: 98 mmHg"),
        *("When the reading was taken: Today", "Where the reading was taken: At home"),
    )
    assert "Spravato" in pressure.source and pressure.source.endswith(
        "(From a secondary source, 22 Nov 2026)\N{NO-BREAK SPACE}*"
    )
    assert made.unchecked == "* not yet checked by a clinician"
    assert ("Name", "Ana Lopez") in made.person and ("Date of birth", "1 Jul 1980") in made.person
    ranks = [["urgent", "high", "moderate", "info"].index(flag.severity) for flag in made.flags]
    assert ranks == sorted(ranks)


def test_the_summary_is_pdf_ua_and_the_same_every_time(published: Version) -> None:
    submission = sent(published, HIGH_PRESSURE)
    made = build_summary(
        load_submission(submission), submission.flags.all(), clinic.current(), published, now=NOW
    )
    first, second = (typeset_summary(made, clinic.current(), now=NOW, layout=Layout()) for _ in range(2))
    assert first == second
    opened = streams(first)
    assert b"pdfuaid:part" in opened and b"/StructTreeRoot" in opened and b"/TH" in opened


def test_scores_are_bounds_and_never_a_total_that_was_not_asked(published: Version) -> None:
    submission = sent(published, {"phq9-1": "1", "phq9-2": "0", "gad7-1": "1", "gad7-2": "prefer-not-to-say"})
    made = build_summary(
        load_submission(submission), submission.flags.all(), clinic.current(), published, now=NOW
    )
    assert "PHQ-2 = 1" in made.scores and not any(line.startswith("PHQ-9 =") for line in made.scores)
    assert any(re.match(r"GAD-2 at least 1, at most 4", line) for line in made.scores)


# The specification ------------------------------------------------------------------------------------------


def test_a_versions_specification_can_be_printed_for_a_signature() -> None:
    made = typeset_specification(
        shipped(), number=1, fingerprint=document.compute_fingerprint(shipped()), state="published", now=NOW
    )
    opened = streams(made)
    assert b"pdfuaid:part" in opened and b"/StructTreeRoot" in opened
    assert len(re.findall(rb"/S\s*/H3", opened)) >= len(shipped().flags)


# Evidence ---------------------------------------------------------------------------------------------------


def test_one_file_is_judged_again_and_comes_to_the_same_result(published: Version) -> None:
    packet = build_evidence(load_submission(sent(published, HIGH_PRESSURE)))
    assert find_faults(packet) == []
    assert packet["assessment"]["outcome"] == "discuss-with-your-physician"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"format": "something/2"}, "not a submission"),
        ({"document": "{}"}, "does not have its fingerprint"),
        ({"answers": {}}, "do not follow"),
    ],
)
def test_a_changed_file_is_found_out(published: Version, change: Mapping[str, object], fault: str) -> None:
    packet = build_evidence(load_submission(sent(published, HIGH_PRESSURE)))
    assert any(fault in sentence for sentence in find_faults({**packet, **change}))


def test_the_commands_write_evidence_and_check_it(
    published: Version, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    submission = sent(published, HIGH_PRESSURE)
    call_command("export_evidence", str(submission.reference).lower())
    file = tmp_path / "evidence.json"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert AuditEvent.objects.filter(action="submission.export", object_id=str(submission.uuid)).count() == 1
    call_command("verify_evidence", str(file))
    assert capsys.readouterr().out.startswith("It holds")


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "is not JSON"),
        ("[]", "not a submission's evidence"),
        (
            '{"format": "beforehand-submission/1"}',
            "the file lacks document, fingerprint, answers, assessment",
        ),
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_line(words: str, fault: str, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(words)
    with pytest.raises(CommandError, match=fault):
        call_command("verify_evidence", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_evidence", str(tmp_path / "absent.json"))


def test_a_submission_that_does_not_exist_is_not_exported(published: Version) -> None:
    with pytest.raises(CommandError, match="There is no submission 222-222"):
        call_command("export_evidence", "222-222")


# What the patient can keep ----------------------------------------------------------------------------------


def test_the_result_offers_the_page_as_a_pdf_with_a_neutral_name(published: Version) -> None:
    assert holding(started(published)[0]).get("/s/result/paper/").status_code == 303  # nothing was sent yet
    client = sent_by_client(published)
    page = client.get("/s/result/").content.decode()
    for address in ("/s/result/paper/", "/s/result/paper/?print=large", "/s/result/paper/?paper=a4"):
        assert f'href="{address}"' in page
        answer = client.get(address)
        assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
        assert answer["Content-Disposition"] == 'attachment; filename="for-my-visit.pdf"'
        assert "no-store" in answer["Cache-Control"]


def test_a_shared_tablet_keeps_no_file(published: Version) -> None:
    client = sent_by_client(published)
    Submission.objects.update(kiosk=True)
    assert "/s/result/paper/" not in client.get("/s/result/").content.decode()
    assert client.get("/s/result/paper/").status_code == 303


def test_without_a_form_there_is_no_page(client: Client, published: Version) -> None:
    answer = client.get("/s/result/paper/")
    assert answer.status_code != 200 or b"%PDF" not in answer.content


def sent_by_client(version: Version) -> Client:
    """The device of somebody who has just sent their form."""
    now = timezone.now()
    token, loaded = started(version)
    loaded = answered(loaded, HIGH_PRESSURE)
    submissions.save_identity(loaded=loaded, identity={}, now=now)
    submissions.submit(loaded=load_with_token(token, now=now), now=now)
    return holding(token)
