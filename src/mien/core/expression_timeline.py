"""Expressions along time: faces followed from frame to frame, smoothed, and summed up.

Whoever is followed is a box that overlaps the box of the frame before, and no identity: a face
that leaves and comes back is another track.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from mien.core.expression import Expression, ExpressionShares, mean_of
from mien.core.geometry import Box

TIME_CONSTANT_S: Final = 0.5
"""Of the smoothing: so long after a change, 63 % of it are shown.

Expressions last from half a second to four (P. Ekman, Darwin, deception, and facial expression,
Annals of the New York Academy of Sciences 1000, 2003); much shorter is the noise of frames.
"""

LOST_AFTER_S: Final = 2.0
"""Who was not seen for longer is somebody new."""

_MIN_OVERLAP: Final = 0.2


@dataclass(frozen=True, slots=True)
class Sighting:
    """A face in one frame. box: in shares of the frame's width and height."""

    box: Box
    shares: ExpressionShares


@dataclass(frozen=True, slots=True)
class FollowedFace:
    """A face in one frame that is known from the frames before by its track; smoothed shares."""

    track: int
    box: Box
    shares: ExpressionShares


@dataclass(frozen=True, slots=True)
class Moment:
    """Who is seen at one time, in seconds from the beginning."""

    at_s: float
    faces: tuple[FollowedFace, ...]


@dataclass(frozen=True, slots=True)
class TrackSummary:
    """One track over its whole time.

    moments: in how many it was seen. mean: of its shares. share_of_time: in which share of them
    each expression was the likeliest; one in all.
    """

    track: int
    first_s: float
    last_s: float
    moments: int
    mean: ExpressionShares
    share_of_time: Mapping[Expression, float]


@dataclass(frozen=True, slots=True)
class ExpressionTimeline:
    """What was seen in a video. width and height: of its upright frames, in pixels."""

    duration_s: float
    width: int
    height: int
    moments: tuple[Moment, ...]
    tracks: tuple[TrackSummary, ...]


@dataclass(slots=True)
class _Track:
    number: int
    box: Box
    shares: ExpressionShares
    at_s: float


@final
class Follower:
    """Follows the faces of one camera or video, frame after frame.

    The pair of boxes that overlap most is one face, then the next pair, and so on (greedy, as in
    E. Bochinski et al., High-speed tracking-by-detection without using image information, AVSS
    2017). Shares are smoothed by an exponential moving average over time, not over frames, so
    that it does not matter how many frames a second there are.
    """

    def __init__(
        self, time_constant_s: float = TIME_CONSTANT_S, lost_after_s: float = LOST_AFTER_S
    ) -> None:
        """Know nobody yet."""
        self._time_constant_s: Final = time_constant_s
        self._lost_after_s: Final = lost_after_s
        self._tracks: list[_Track] = []
        self._number = 0
        self._at_s = -math.inf

    def follow(self, at_s: float, sightings: Sequence[Sighting]) -> tuple[FollowedFace, ...]:
        """Return the faces of the next frame, in their order; ValueError if time runs back."""
        if at_s < self._at_s:
            raise ValueError("frames come in the order of their time")
        self._at_s = at_s
        self._tracks = [t for t in self._tracks if at_s - t.at_s <= self._lost_after_s]
        known = self._known(sightings)
        return tuple(
            self._seen_again(known[place], sighting, at_s)
            if place in known
            else self._seen_first(sighting, at_s)
            for place, sighting in enumerate(sightings)
        )

    def _known(self, sightings: Sequence[Sighting]) -> dict[int, _Track]:
        """Return the track of each sighting, by its place, that continues one."""
        overlaps = [
            (-overlap, track.number, place, track)
            for place, sighting in enumerate(sightings)
            for track in self._tracks
            if (overlap := sighting.box.intersection_over_union(track.box)) >= _MIN_OVERLAP
        ]
        known: dict[int, _Track] = {}
        taken: set[int] = set()
        for _, number, place, track in sorted(overlaps, key=lambda found: found[:3]):
            if place not in known and number not in taken:
                known[place] = track
                taken.add(number)
        return known

    def _seen_first(self, sighting: Sighting, at_s: float) -> FollowedFace:
        self._number += 1
        self._tracks.append(_Track(self._number, sighting.box, sighting.shares, at_s))
        return FollowedFace(self._number, sighting.box, sighting.shares)

    def _seen_again(self, track: _Track, sighting: Sighting, at_s: float) -> FollowedFace:
        new = 1 - math.exp(-(at_s - track.at_s) / self._time_constant_s)
        track.shares = ExpressionShares(
            tuple(
                before + new * (now - before)
                for before, now in zip(track.shares.shares, sighting.shares.shares, strict=True)
            )
        )
        track.box, track.at_s = sighting.box, at_s
        return FollowedFace(track.number, track.box, track.shares)


def summarize(moments: Sequence[Moment]) -> tuple[TrackSummary, ...]:
    """Return a summary of each track, in the order in which they appear."""
    seen: dict[int, list[tuple[float, ExpressionShares]]] = {}
    for moment in moments:
        for face in moment.faces:
            seen.setdefault(face.track, []).append((moment.at_s, face.shares))
    return tuple(_summary(track, sightings) for track, sightings in seen.items())


def _summary(track: int, sightings: Sequence[tuple[float, ExpressionShares]]) -> TrackSummary:
    count = len(sightings)
    likeliest = Counter(shares.likeliest for _, shares in sightings)
    return TrackSummary(
        track=track,
        first_s=sightings[0][0],
        last_s=sightings[-1][0],
        moments=count,
        mean=mean_of([shares for _, shares in sightings]),
        share_of_time={expression: likeliest[expression] / count for expression in Expression},
    )
