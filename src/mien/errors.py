"""Every error mien raises on purpose.

MienError                       code, and a message that says what to do
├── ImageError
│   ├── ImageUnreadableError    IMAGE_UNREADABLE
│   └── ImageTooLargeError      IMAGE_TOO_LARGE
├── VideoError
│   ├── VideoUnreadableError    VIDEO_UNREADABLE
│   └── VideoTooLargeError      VIDEO_TOO_LARGE
├── FaceError
│   ├── NoFaceError             NO_FACE
│   ├── MultipleFacesError      MULTIPLE_FACES
│   ├── LowQualityError         LOW_QUALITY, with reasons
│   └── SpoofSuspectedError     SPOOF_SUSPECTED
├── EnrollmentError
│   ├── AlreadyEnrolledError    ALREADY_ENROLLED
│   └── EnrollmentRejectedError ENROLLMENT_REJECTED, with a reason per sample
├── UnknownSubjectError         UNKNOWN_SUBJECT
├── UnknownSessionError         UNKNOWN_SESSION
├── UnknownJobError             UNKNOWN_JOB
├── UnknownKeyError             UNKNOWN_KEY
├── UnknownOperatorError        UNKNOWN_OPERATOR
├── UnknownReviewError          UNKNOWN_REVIEW
├── AlreadyDecidedError         ALREADY_DECIDED
├── OperatorExistsError         OPERATOR_EXISTS
├── InvalidRequestError         INVALID_REQUEST
├── UnauthorizedError           UNAUTHORIZED
├── ForbiddenError              FORBIDDEN
├── LivenessRequiredError       LIVENESS_REQUIRED
├── ConsentMissingError         CONSENT_MISSING
├── ServerUnreachableError      SERVER_UNREACHABLE, in a client
├── ServerRefusedError          SERVER_REFUSED, in a client
├── RetryLaterError             with seconds to wait
│   ├── OverloadedError         OVERLOADED
│   ├── RateLimitedError        RATE_LIMITED
│   └── LockedOutError          LOCKED_OUT
└── InstallationError           what an operator has to mend
    ├── ModelMissingError       MODEL_MISSING
    ├── ModelUnreachableError   MODEL_UNREACHABLE
    ├── ModelUntrustedError     MODEL_UNTRUSTED
    ├── LicenseNotAcceptedError LICENSE_NOT_ACCEPTED
    ├── WeightsCorruptError     WEIGHTS_CORRUPT
    ├── ProviderMissingError    PROVIDER_MISSING
    ├── ContractMismatchError   CONTRACT_MISMATCH
    ├── StorageError            STORAGE_UNUSABLE
    ├── SchemaOutdatedError     SCHEMA_OUTDATED
    ├── KeyMissingError         KEY_MISSING
    ├── TamperedError           TAMPERED
    └── InsecureError           INSECURE
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class MienError(Exception):
    """Root of the tree; `code` is stable and meant for programs, the message for people."""

    code: ClassVar[str] = "INTERNAL"


class ImageError(MienError):
    """The bytes are not an image that can be used."""


class ImageUnreadableError(ImageError):
    """Empty, truncated, disguised or not one of the accepted formats."""

    code = "IMAGE_UNREADABLE"


class ImageTooLargeError(ImageError):
    """More bytes or pixels than the limits allow; found before decoding."""

    code = "IMAGE_TOO_LARGE"


class VideoError(MienError):
    """The file is not a video that can be used."""


class VideoUnreadableError(VideoError):
    """Empty, truncated, disguised or not one of the accepted containers."""

    code = "VIDEO_UNREADABLE"


class VideoTooLargeError(VideoError):
    """More bytes, minutes, pixels or work than the limits allow."""

    code = "VIDEO_TOO_LARGE"


class FaceError(MienError):
    """The image does not show one usable face."""


class NoFaceError(FaceError):
    """No face was found."""

    code = "NO_FACE"


class MultipleFacesError(FaceError):
    """Several faces, none of which clearly dominates."""

    code = "MULTIPLE_FACES"


class LowQualityError(FaceError):
    """The face does not pass the quality gate; `reasons` are stable codes."""

    code = "LOW_QUALITY"

    def __init__(self, message: str, reasons: Sequence[str]) -> None:
        """Keep the reasons beside the message."""
        super().__init__(message)
        self.reasons = tuple(reasons)


class SpoofSuspectedError(FaceError):
    """The face does not look like that of a living person."""

    code = "SPOOF_SUSPECTED"


class EnrollmentError(MienError):
    """The subject was not enrolled; nothing was written."""


class AlreadyEnrolledError(EnrollmentError):
    """The subject has templates already."""

    code = "ALREADY_ENROLLED"


class EnrollmentRejectedError(EnrollmentError):
    """No sample was usable, or the samples show different people."""

    code = "ENROLLMENT_REJECTED"

    def __init__(self, message: str, sample_reasons: Sequence[str | None]) -> None:
        """Keep one reason per sample, None for a sample that was fine by itself."""
        super().__init__(message)
        self.sample_reasons = tuple(sample_reasons)


class UnknownSubjectError(MienError):
    """No subject of that id is enrolled."""

    code = "UNKNOWN_SUBJECT"


class UnknownSessionError(MienError):
    """No live session that can be used so: unknown, expired, used or somebody else's."""

    code = "UNKNOWN_SESSION"


class UnknownJobError(MienError):
    """No job of that id: it never was, is forgotten, canceled or somebody else's."""

    code = "UNKNOWN_JOB"


class UnknownKeyError(MienError):
    """No API key of that name exists."""

    code = "UNKNOWN_KEY"


class UnknownOperatorError(MienError):
    """No operator of that name exists."""

    code = "UNKNOWN_OPERATOR"


class UnknownReviewError(MienError):
    """No request of that id: it never was, was replaced by a newer one, or is forgotten."""

    code = "UNKNOWN_REVIEW"


class AlreadyDecidedError(MienError):
    """Somebody has decided on the request before, or its time is over."""

    code = "ALREADY_DECIDED"


class OperatorExistsError(MienError):
    """An operator of that name exists already."""

    code = "OPERATOR_EXISTS"


class InvalidRequestError(MienError):
    """A value is missing or out of its range."""

    code = "INVALID_REQUEST"


class UnauthorizedError(MienError):
    """No key or token, or one that is not accepted."""

    code = "UNAUTHORIZED"


class ForbiddenError(MienError):
    """The caller is known, and may not do this."""

    code = "FORBIDDEN"


class LivenessRequiredError(MienError):
    """A photo was sent where only a live session is accepted."""

    code = "LIVENESS_REQUIRED"


class ConsentMissingError(MienError):
    """The person has not agreed to this, or not any more."""

    code = "CONSENT_MISSING"


class ServerUnreachableError(MienError):
    """No mien server answers there, or it stopped answering."""

    code = "SERVER_UNREACHABLE"


class ServerRefusedError(MienError):
    """A server ended a session for a reason that has no error of its own here."""

    code = "SERVER_REFUSED"


class RetryLaterError(MienError):
    """Nothing is wrong with the request but its time."""

    def __init__(self, message: str, retry_after_s: int) -> None:
        """Keep the seconds after which to try again."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class OverloadedError(RetryLaterError):
    """Every worker is busy and the queue is full."""

    code = "OVERLOADED"


class RateLimitedError(RetryLaterError):
    """More requests of one caller or address than its limit allows."""

    code = "RATE_LIMITED"


class LockedOutError(RetryLaterError):
    """Too many failed attempts on one identity."""

    code = "LOCKED_OUT"


class InstallationError(MienError):
    """Something an operator has to mend before mien can work."""


class ModelMissingError(InstallationError):
    """A weight file is not where it should be."""

    code = "MODEL_MISSING"


class ModelUnreachableError(InstallationError):
    """A weight file could not be fetched: no network, no such file, or not in time."""

    code = "MODEL_UNREACHABLE"


class ModelUntrustedError(InstallationError):
    """Nobody has published a weight file's hash, and the operator has not named one."""

    code = "MODEL_UNTRUSTED"


class LicenseNotAcceptedError(InstallationError):
    """The weights are not for business, and the operator has not accepted their license."""

    code = "LICENSE_NOT_ACCEPTED"


class WeightsCorruptError(InstallationError):
    """A weight file is not the one its hash promises."""

    code = "WEIGHTS_CORRUPT"


class ProviderMissingError(InstallationError):
    """The hardware or the runtime that was asked for is not there."""

    code = "PROVIDER_MISSING"


class ContractMismatchError(InstallationError):
    """The gallery's templates were made by other models than those in use."""

    code = "CONTRACT_MISMATCH"


class StorageError(InstallationError):
    """The data folder or the database cannot be used."""

    code = "STORAGE_UNUSABLE"


class SchemaOutdatedError(InstallationError):
    """The database has the schema of another version of mien."""

    code = "SCHEMA_OUTDATED"


class KeyMissingError(InstallationError):
    """The master key that the data is encrypted with is not there."""

    code = "KEY_MISSING"


class TamperedError(InstallationError):
    """Stored data is not what mien stored: a seal or the audit chain is broken."""

    code = "TAMPERED"


class InsecureError(InstallationError):
    """A configuration that mien refuses, as a secret that others can read."""

    code = "INSECURE"
