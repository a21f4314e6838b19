"""Answers about expressions along time: of videos, and of live cameras."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, JsonValue

from mien.api.jobs import Job, JobState
from mien.api.schemas.example import example
from mien.core.expression import Expression, ExpressionShares
from mien.core.expression_timeline import (
    TIME_CONSTANT_S,
    ExpressionTimeline,
    FollowedFace,
    Moment,
    TrackSummary,
)

_DECIMALS = 4
_PATH = "/api/v1/emotion/video/"
_JOB_ID = "q2f0cWJ3u9E5sX1dR8yVtA"
_PROBABILITIES: dict[str, JsonValue] = {
    "neutral": 0.11,
    "happiness": 0.85,
    "surprise": 0.02,
    "sadness": 0.005,
    "anger": 0.005,
    "disgust": 0.003,
    "fear": 0.002,
    "contempt": 0.005,
}


class FollowedFaceResult(BaseModel):
    """A face in one frame. track: the same while it is seen without a break, and no identity.

    box: left, top, right and bottom in shares of the frame's width and height. probabilities:
    smoothed over time. valence and arousal: derived from them, not measured.
    """

    track: int
    box: tuple[float, float, float, float]
    expression: Expression
    probabilities: dict[Expression, float]
    valence: float
    arousal: float

    @classmethod
    def of(cls, face: FollowedFace) -> Self:
        """Present a face."""
        box, affect = face.box, face.shares.affect
        return cls(
            track=face.track,
            box=(_short(box.left), _short(box.top), _short(box.right), _short(box.bottom)),
            expression=face.shares.likeliest,
            probabilities=_probabilities(face.shares),
            valence=_short(affect.valence),
            arousal=_short(affect.arousal),
        )


class MomentResult(BaseModel):
    """A frame that was looked at, and when it is shown, in seconds from the beginning."""

    at_s: float
    faces: list[FollowedFaceResult]

    @classmethod
    def of(cls, moment: Moment) -> Self:
        """Present a moment."""
        faces = [FollowedFaceResult.of(face) for face in moment.faces]
        return cls(at_s=_short(moment.at_s), faces=faces)


class TrackResult(BaseModel):
    """One track in all. frames: in how many it was seen; probabilities: their mean.

    share_of_time: in which share of them each expression was the likeliest.
    """

    track: int
    first_s: float
    last_s: float
    frames: int
    expression: Expression
    probabilities: dict[Expression, float]
    share_of_time: dict[Expression, float]

    @classmethod
    def of(cls, track: TrackSummary) -> Self:
        """Present a summary."""
        return cls(
            track=track.track,
            first_s=_short(track.first_s),
            last_s=_short(track.last_s),
            frames=track.moments,
            expression=track.mean.likeliest,
            probabilities=_probabilities(track.mean),
            share_of_time={
                expression: _short(share) for expression, share in track.share_of_time.items()
            },
        )


class TimelineResult(BaseModel):
    """What was seen in a video. width and height: of the frames as they were looked at.

    time_constant_s: of the exponential moving average that smooths the probabilities.
    """

    duration_s: float
    width: int
    height: int
    time_constant_s: float
    frames: list[MomentResult]
    tracks: list[TrackResult]

    @classmethod
    def of(cls, timeline: ExpressionTimeline) -> Self:
        """Present a timeline."""
        return cls(
            duration_s=_short(timeline.duration_s),
            width=timeline.width,
            height=timeline.height,
            time_constant_s=TIME_CONSTANT_S,
            frames=[MomentResult.of(moment) for moment in timeline.moments],
            tracks=[TrackResult.of(track) for track in timeline.tracks],
        )


class JobErrorResult(BaseModel):
    """Why a job failed: `code` for programs, `detail` for people."""

    code: str
    detail: str


class VideoJobLinks(BaseModel):
    """Where to ask for a job, and to cancel it."""

    self: str


class VideoJobResult(BaseModel):
    """A video that is read. progress: 0 to 1, 0 while the video does not say how long it is.

    result: once the state is `done`. error: once it is `failed`.
    """

    model_config = example(
        id=_JOB_ID,
        state="done",
        progress=1.0,
        links={"self": f"{_PATH}{_JOB_ID}"},
        error=None,
        result={
            "duration_s": 0.5,
            "width": 1280,
            "height": 720,
            "time_constant_s": TIME_CONSTANT_S,
            "frames": [
                {
                    "at_s": 0.0,
                    "faces": [
                        {
                            "track": 1,
                            "box": [0.31, 0.22, 0.58, 0.79],
                            "expression": "happiness",
                            "probabilities": _PROBABILITIES,
                            "valence": 0.67,
                            "arousal": 0.45,
                        }
                    ],
                }
            ],
            "tracks": [
                {
                    "track": 1,
                    "first_s": 0.0,
                    "last_s": 0.0,
                    "frames": 1,
                    "expression": "happiness",
                    "probabilities": _PROBABILITIES,
                    "share_of_time": {**dict.fromkeys(_PROBABILITIES, 0.0), "happiness": 1.0},
                }
            ],
        },
    )

    id: str
    state: JobState
    progress: float
    links: VideoJobLinks
    error: JobErrorResult | None = None
    result: TimelineResult | None = None

    @classmethod
    def of(cls, job: Job[ExpressionTimeline]) -> Self:
        """Present a job."""
        # Read first: what a state promises was there before it.
        state, error = job.state, None
        if state is JobState.FAILED:
            error = (
                JobErrorResult(code="INTERNAL", detail="an unexpected error; the log tells more")
                if job.error is None
                else JobErrorResult(code=job.error.code, detail=str(job.error))
            )
        is_done = state is JobState.DONE and job.result is not None
        return cls(
            id=job.job_id,
            state=state,
            progress=_short(job.progress),
            links=VideoJobLinks(self=f"{_PATH}{job.job_id}"),
            error=error,
            result=TimelineResult.of(job.result) if is_done and job.result is not None else None,
        )


def _probabilities(shares: ExpressionShares) -> dict[Expression, float]:
    return {expression: _short(shares[expression]) for expression in Expression}


def _short(value: float) -> float:
    """Round to what means something: a long video has a hundred thousand numbers."""
    return round(value, _DECIMALS)
