"""Wires the use cases of a server, or of one command."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Self

from mien.access.passwords import Argon2Passwords
from mien.access.subject_tokens import SubjectTokens
from mien.access.tokens import AccessTokens, Assertions
from mien.bootstrap.clock import utc_now
from mien.bootstrap.data import ensure_api_key, manage_api_keys, open_database
from mien.bootstrap.emotion import load_expressions
from mien.bootstrap.liveness import LivenessModels
from mien.bootstrap.recognition import Recognition, choose
from mien.bootstrap.self_service import SelfService, make_self_service
from mien.bootstrap.wellbeing import (
    expressions_kept,
    kept_reader,
    make_wellbeing,
    put_purpose_on_record,
    statement_of,
)
from mien.core.learner import Learner
from mien.core.lockout import WITHOUT_PAD
from mien.core.transform import GalleryTransform
from mien.index.exact import ExactIndex
from mien.inference.decoding import decode
from mien.inference.expression.load import LoadedReader
from mien.inference.pipeline import FacePipeline
from mien.inference.speed import SpeedTest
from mien.inference.weights import Progress, ignore_progress
from mien.service.adapt import Adapt
from mien.service.attendance import TellAttendance
from mien.service.authenticate import Authenticate
from mien.service.claim import Judge
from mien.service.consent import Statement
from mien.service.count_attempts import CountAttempts
from mien.service.detect_faces import DetectFaces
from mien.service.enroll import Enroll
from mien.service.fairness import CompareGroups
from mien.service.gallery import Gallery
from mien.service.housekeeping import Housekeeping
from mien.service.identify import Identify
from mien.service.live.frames import FrameReader
from mien.service.live.sessions import Drawing, LiveSessions
from mien.service.manage_api_keys import ManageApiKeys
from mien.service.manage_operators import ManageOperators
from mien.service.probe import ProbeReader
from mien.service.read_expressions import ReadExpressions
from mien.service.reviews import Reviews
from mien.service.scores import ShowScores
from mien.service.sign_in import SignIn
from mien.service.terms import TermsPolicy
from mien.service.thresholds import GroupThresholds
from mien.service.transformed import TransformedAnalyzer
from mien.service.wellbeing import Wellbeing
from mien.settings import Settings
from mien.storage.audit_verification import VerifyAudit
from mien.storage.database import Database
from mien.storage.transforms import gallery_transform
from mien.storage.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, slots=True)
class Application:
    """The use cases, wired; whoever built it closes it."""

    settings: Settings
    database: Database
    recognition: Recognition
    gallery: Gallery
    detect_faces: DetectFaces
    expressions: LoadedReader
    read_expressions: ReadExpressions
    enroll: Enroll
    authenticate: Authenticate
    live: LiveSessions
    identify: Identify
    statement: Statement
    wellbeing: Wellbeing
    compare_groups: CompareGroups
    count_attempts: CountAttempts
    tell_attendance: TellAttendance
    show_scores: ShowScores
    group_thresholds: GroupThresholds
    verify_audit: VerifyAudit
    housekeeping: Housekeeping
    api_keys: ManageApiKeys
    manage_operators: ManageOperators
    sign_in: SignIn
    self_service: SelfService | None
    reviews: Reviews
    access_tokens: AccessTokens
    subject_tokens: SubjectTokens
    assertions: Assertions
    speed_test: SpeedTest

    @classmethod
    def build(
        cls, settings: Settings, *, threads: int, progress: Progress = ignore_progress
    ) -> Self:
        """Wire everything and load the gallery; raise an InstallationError.

        threads: of each inference; 1 for a server, whose workers fill the cores.
        """
        choice = choose(settings, may_fetch=True)
        models = Recognition.load(settings, choice, threads=threads, progress=progress)
        matcher, calibration = models.matcher, models.calibration
        database = open_database(settings)
        analyzer = _protected(settings, database, models.pipeline)
        decoder = partial(decode, limits=settings.image_limits())
        expressions = load_expressions(settings, threads=threads, progress=progress)
        live = LivenessModels.load(settings, models.pipeline, threads=threads, progress=progress)
        kept = kept_reader(settings, expressions.reader)
        probes = ProbeReader(decoder, analyzer, settings.quality.limits(), live.attacks, kept)
        gallery = Gallery(ExactIndex(analyzer.contract.dimension), matcher, analyzer.stored_as)
        with database.unit_of_work("mien") as work:
            gallery.follow(work)
        fmr, fpir = models.target_fmr, settings.target_fpir
        learner = Adapt(Learner(matcher, calibration), analyzer.stored_as)
        judge = Judge(gallery, calibration, fmr, utc_now, adapt=learner if settings.adapt else None)
        authenticate = Authenticate(probes, judge)
        sessions = _live_sessions(
            settings,
            judge,
            live,
            partial(
                FrameReader,
                decode=decoder,
                analyzer=analyzer,
                matcher=matcher,
                calibration=calibration,
                limits=settings.quality.limits(),
                attacks=live.attacks,
                expressions=kept,
            ),
        )
        passwords = Argon2Passwords()
        terms = TermsPolicy(settings.require_consent, _days(settings.retention_days))
        return cls(
            settings=settings,
            database=database,
            recognition=models,
            gallery=gallery,
            detect_faces=DetectFaces(decoder, models.pipeline),
            expressions=expressions,
            read_expressions=ReadExpressions(decoder, models.pipeline, expressions.reader),
            enroll=Enroll(
                probes, gallery, matcher, calibration, analyzer.stored_as, fmr, terms, utc_now
            ),
            authenticate=authenticate,
            live=sessions,
            statement=statement_of(settings),
            wellbeing=make_wellbeing(settings),
            compare_groups=CompareGroups(utc_now, settings.fairness_days),
            count_attempts=CountAttempts(utc_now),
            tell_attendance=TellAttendance(utc_now),
            show_scores=ShowScores(matcher, calibration, analyzer.stored_as, fmr, utc_now),
            group_thresholds=GroupThresholds(calibration, fmr, utc_now),
            verify_audit=VerifyAudit(),
            identify=Identify(probes, gallery, calibration, fmr, fpir, utc_now),
            api_keys=manage_api_keys(),
            manage_operators=ManageOperators(passwords, utc_now),
            sign_in=SignIn(passwords, utc_now),
            self_service=make_self_service(settings, authenticate, sessions, passwords),
            reviews=Reviews(utc_now),
            subject_tokens=SubjectTokens(database.signing_keys, settings.issuer, utc_now),
            access_tokens=AccessTokens(database.signing_keys, settings.issuer, utc_now),
            assertions=Assertions(database.signing_keys, settings.issuer, utc_now),
            speed_test=SpeedTest(models.pipeline, threads=threads),
            housekeeping=Housekeeping(
                WITHOUT_PAD,
                timedelta(days=settings.replay_memory_days),
                utc_now,
                expressions_kept(settings),
            ),
        )

    @contextmanager
    def unit_of_work(self, actor: str) -> Iterator[SqlUnitOfWork]:
        """Open a transaction that is committed at the end; see `Caller.actor`."""
        with self.database.unit_of_work(actor) as work:
            yield work

    def ensure_api_key(self) -> str | None:
        """Accept MIEN_API_KEY; without any key make one and return it, to be shown once."""
        return ensure_api_key(self.settings, self.database)

    def state_purpose(self) -> None:
        """Put on record why expressions are kept, where that has changed."""
        put_purpose_on_record(self.settings, self.database)

    def close(self) -> None:
        """Release the database."""
        self.database.close()


def _live_sessions(
    settings: Settings, judge: Judge, models: LivenessModels, reader: partial[FrameReader]
) -> LiveSessions:
    return LiveSessions(
        judge,
        None if models.tracker is None else partial(reader, tracker=models.tracker),
        Drawing(
            random.SystemRandom(),
            frozenset(settings.live_demands),
            settings.unsafe_live_demands,
            settings.screen_light,
        ),
        utc_now,
        models.sequence,
        judges_pixels=models.attacks is not None,
    )


def _protected(
    settings: Settings, database: Database, pipeline: FacePipeline
) -> TransformedAnalyzer:
    """Return the models, followed by the gallery's own rotation if it has one."""
    with database.engine.begin() as connection:
        secret = gallery_transform(
            connection,
            database.master_keys,
            utc_now(),
            make_for_new=settings.renewable_templates,
        )
    if secret is None:
        return TransformedAnalyzer(pipeline, None)
    dimensions = [part.dimension for part in pipeline.contract.parts]
    return TransformedAnalyzer(pipeline, GalleryTransform(secret, dimensions))


def _days(days: int | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)
