"""The rows an editor edits, and the frozen document that a version becomes when it is published.

Patients, rules and staff never read the rows: they read the document (see publishing.load_definition). Rows
are written by actions/drafts.py, states by publishing.py, the record by history.py, and by nothing else.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from questionnaire import definition, source
from questionnaire.fields import WordsField

ID_LENGTH = 80
"""Characters in a link id, option code, flag code, or any other id."""


class Questionnaire(models.Model):
    """One form a clinic offers, in all its versions."""

    slug = models.CharField(max_length=ID_LENGTH, unique=True)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")

    def __str__(self) -> str:
        return self.slug


class Version(models.Model):
    """One edition. Only a draft can be edited; what was once published is frozen for ever."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in-review", _("in review")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    """Why this version exists, in the words of whoever published it."""

    title = WordsField()
    languages = models.JSONField()
    """The source language first."""
    credits = models.JSONField(default=list)
    """[words by language]; in older drafts the words alone."""
    texts = models.JSONField(default=list)
    """Fixed texts: [[id, words by language]]."""
    decisions = models.JSONField(default=list)
    """Clinical questions that are still open: [{"about": [ids], "question": words}]."""
    wording_exceptions = models.JSONField(default=list)
    """[{"where": place, "phrase": words, "reason": words}]."""
    translations = models.JSONField(default=list)
    """[[language, [[place, source hash, reviewer or null], …]], …]."""
    successors = models.JSONField(default=dict)
    """{flag code of the version before: codes of the flags here that took it over}, as an editor named
    them."""

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        permissions = [
            ("publish_version", "Can publish a version, or be the second person"),
            ("approve_weakening", "Can be the second person for a rule that is weakened"),
        ]
        ordering = ["questionnaire", "number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=models.Q(state="published"), name="one_published_version"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "in-review"], published_at__isnull=True)
                | models.Q(state="published", published_at__isnull=False)
                | models.Q(state="retired"),
                name="published_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire.slug} version {self.number}"


class Document(models.Model):
    """What a published version says, as one canonical JSON text. Insert-only: a trigger refuses any
    change."""

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="document")
    json = models.TextField()
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of `json`, in hex."""

    def __str__(self) -> str:
        return f"{self.version_id}: {self.fingerprint}"


class Section(models.Model):
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField()
    slug = models.CharField(max_length=ID_LENGTH)
    title = WordsField()
    intro = WordsField(null=True)
    grows_stale = models.BooleanField(default=False)
    """A form that was left for long asks these questions again."""

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "slug"], name="one_section_per_slug")]

    def __str__(self) -> str:
        return self.slug


class Page(models.Model):
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="pages")
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.section_id}/{self.position}"


class Question(models.Model):
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="questions")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField()
    link_id = models.CharField(max_length=ID_LENGTH)
    """Made once, never changed, never reused for another meaning."""
    type = models.CharField(
        max_length=12, choices=[(str(kind), str(kind)) for kind in definition.QuestionType]
    )
    wording = WordsField()
    short = WordsField()
    stem = WordsField(null=True)
    help = WordsField(null=True)
    why = WordsField(null=True)
    unit = models.TextField(blank=True)
    minimum = models.BigIntegerField(null=True)
    maximum = models.BigIntegerField(null=True)
    required = models.BooleanField(default=True)
    shown_when = models.TextField(blank=True)
    code = models.TextField(blank=True)
    standard = models.TextField(blank=True)
    readers = models.JSONField(default=list)
    paper = models.CharField(max_length=10, blank=True, choices=[(str(p), str(p)) for p in definition.Paper])
    tags = models.JSONField(default=list)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "link_id"], name="one_question_per_link_id")
        ]

    def __str__(self) -> str:
        return self.link_id


class Choice(models.Model):
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=ID_LENGTH)
    label = WordsField()
    weight = models.IntegerField(null=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["question", "code"], name="one_choice_per_code")]

    def __str__(self) -> str:
        return self.code


class Score(models.Model):
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="scores")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=ID_LENGTH)
    title = models.TextField()
    items = models.JSONField()
    """Link ids."""
    code = models.TextField(blank=True)
    credit = models.TextField(blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="one_score_per_name")]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="topics")
    position = models.PositiveIntegerField()
    slug = models.CharField(max_length=ID_LENGTH)
    label = WordsField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "slug"], name="one_topic_per_slug")]

    def __str__(self) -> str:
        return self.slug


class Flag(models.Model):
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="flags")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=ID_LENGTH)
    title = models.TextField()
    topic = models.CharField(max_length=ID_LENGTH)
    """The slug of its topic; that it exists is checked before publishing."""
    severity = models.CharField(max_length=8, choices=[(str(s), str(s)) for s in definition.Severity])
    happening_now = models.BooleanField(default=False)
    condition = models.TextField()
    patient = WordsField()
    reason = models.TextField()
    citation = models.TextField()
    url = models.TextField(blank=True)
    status = models.CharField(
        max_length=14, blank=True, choices=[(str(s), s.words) for s in source.SourceStatus]
    )
    edition = models.TextField(blank=True)
    checked = models.DateField()
    checked_by = models.TextField(blank=True)
    expires = models.DateField()
    covers = models.JSONField(default=list)
    """Codes of flags that this one stands for where both are raised."""
    staff_only = models.BooleanField(default=False)
    """Never on a result page, a print or a PDF."""
    tags = models.JSONField(default=list)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="one_flag_per_code")]

    def __str__(self) -> str:
        return self.code


class Vignette(models.Model):
    """A short patient story and what the flags must say to it; see definition.Vignette."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="vignettes")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=ID_LENGTH)
    story = models.TextField()
    like = models.CharField(max_length=ID_LENGTH, blank=True)
    answers = models.JSONField()
    """[[link id, value]]: a database may not keep the order of an object's keys."""
    not_asked = models.JSONField(default=list)
    raised = models.JSONField(default=list)
    not_raised = models.JSONField(default=list)
    cannot_tell = models.JSONField(default=list)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="one_vignette_per_name")]

    def __str__(self) -> str:
        return self.name


class HistoryEvent(models.Model):
    """One editorial act: who did what to which version, when, why, and who was the second person.
    Append-only."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="history")
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    second_person = models.CharField(max_length=150, blank=True)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    """What was touched, for example "question bp-systolic"; "version" for the whole."""
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Snapshot(models.Model):
    """A draft as it was just before one editorial act, so that it can be undone. Dropped when it is
    published."""

    event = models.OneToOneField(HistoryEvent, on_delete=models.PROTECT, related_name="snapshot")
    packed = models.BinaryField()
    """zlib of the definition's canonical JSON."""

    def __str__(self) -> str:
        return f"before event {self.event_id}"


class ProofRun(models.Model):
    """What the prover said of one text, alone and against the text before it. Both are named by
    fingerprint."""

    fingerprint = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    """Fingerprint of the published text it was compared with; "" for a first version."""
    successors = models.CharField(max_length=64, blank=True)
    """SHA-256 of the successors that were named for its flags; "" where none were."""
    result = models.JSONField()
    """{"gate": …, "differences": … or null, "guard": … or null}: see proof_results.py,
    vignettes/mutation_score.py."""
    seconds = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint", "previous", "successors"], name="one_run_per_pair"
            ),
        ]

    def __str__(self) -> str:
        return f"proofs of {self.fingerprint[:8]}"
