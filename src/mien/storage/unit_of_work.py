"""The repositories of one transaction."""

from __future__ import annotations

from typing import final

from sqlalchemy.orm import Session

from mien.storage.abuse import SqlFailureRepository, SqlSeenImages
from mien.storage.api_keys import SqlApiKeyRepository
from mien.storage.audit import SqlAuditLog
from mien.storage.audit_queries import SqlAuditQueries
from mien.storage.consents import SqlConsentRepository
from mien.storage.expressions import SqlExpressionLog
from mien.storage.groups import SqlGroupRepository
from mien.storage.learned import SqlLearnedTemplates
from mien.storage.live_sessions import SqlLiveSessions
from mien.storage.operators import SqlOperatorRepository, SqlRefreshTokenRepository
from mien.storage.own_passwords import SqlOwnPasswords
from mien.storage.profiles import SqlProfileRepository
from mien.storage.reviews import SqlReviewRepository
from mien.storage.score_samples import SqlEnrolledSamples
from mien.storage.signing_keys import SigningKeys
from mien.storage.subjects import SqlSubjectRepository
from mien.storage.thresholds import SqlThresholds
from mien.storage.vault import Vault


@final
class SqlUnitOfWork:
    """One transaction, made for *actor*, as the audit log calls them."""

    def __init__(self, session: Session, vault: Vault, keys: SigningKeys, actor: str) -> None:
        """Take an open session; whoever opened it commits."""
        self.actor = actor
        self.subjects = SqlSubjectRepository(session, vault)
        self.learned = SqlLearnedTemplates(session, vault)
        self.consents = SqlConsentRepository(session)
        self.groups = SqlGroupRepository(session)
        self.thresholds = SqlThresholds(session)
        self.samples = SqlEnrolledSamples(session, vault)
        self.expressions = SqlExpressionLog(session, vault)
        self.live_sessions = SqlLiveSessions(session)
        self.audit = SqlAuditLog(session, keys)
        self.audit_queries = SqlAuditQueries(session)
        self.failures = SqlFailureRepository(session, vault)
        self.seen_images = SqlSeenImages(session, vault)
        self.profiles = SqlProfileRepository(session, vault)
        self.own_passwords = SqlOwnPasswords(session, vault)
        self.reviews = SqlReviewRepository(session, vault)
        self.api_keys = SqlApiKeyRepository(session)
        self.operators = SqlOperatorRepository(session)
        self.refresh_tokens = SqlRefreshTokenRepository(session)
