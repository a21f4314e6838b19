"""Faces are followed while they overlap, smoothed over time, and summed up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.expression import Expression, ExpressionShares
from mien.core.expression_timeline import (
    LOST_AFTER_S,
    TIME_CONSTANT_S,
    FollowedFace,
    Follower,
    Moment,
    Sighting,
    summarize,
)
from mien.core.geometry import Box

LEFT = Box(0.1, 0.2, 0.4, 0.6)
RIGHT = Box(0.6, 0.2, 0.9, 0.6)

weights = st.lists(st.floats(0, 1), min_size=8, max_size=8).filter(lambda each: sum(each) > 0.1)
shares = weights.map(lambda each: ExpressionShares(tuple(one / sum(each) for one in each)))
boxes = st.builds(Box.around, st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.floats(0.05, 0.4))
sightings = st.builds(Sighting, boxes, shares)
videos = st.lists(
    st.tuples(st.floats(0.01, 3), st.lists(sightings, max_size=4)), min_size=1, max_size=12
)


def surely(expression: Expression) -> ExpressionShares:
    return ExpressionShares(tuple(float(each is expression) for each in Expression))


def followed(video: list[tuple[float, list[Sighting]]]) -> list[Moment]:
    """Follow frames that come so many seconds after one another."""
    follower, at_s, moments = Follower(), 0.0, []
    for later_s, seen in video:
        at_s += later_s
        moments.append(Moment(at_s, follower.follow(at_s, seen)))
    return moments


@given(videos)
def test_every_face_is_there_in_its_order_and_place(
    video: list[tuple[float, list[Sighting]]],
) -> None:
    for moment, (_, seen) in zip(followed(video), video, strict=True):
        assert [face.box for face in moment.faces] == [sighting.box for sighting in seen]


@given(videos)
def test_no_track_is_at_two_places_at_once(video: list[tuple[float, list[Sighting]]]) -> None:
    for moment in followed(video):
        tracks = [face.track for face in moment.faces]
        assert len(set(tracks)) == len(tracks)


@given(videos)
def test_tracks_are_numbered_as_they_come_and_never_return_after_they_were_lost(
    video: list[tuple[float, list[Sighting]]],
) -> None:
    last_s: dict[int, float] = {}
    for moment in followed(video):
        for face in moment.faces:
            if face.track in last_s:
                assert moment.at_s - last_s[face.track] <= LOST_AFTER_S
            else:
                assert face.track == len(last_s) + 1
            last_s[face.track] = moment.at_s


@given(videos)
def test_smoothed_shares_lie_between_those_that_were_read(
    video: list[tuple[float, list[Sighting]]],
) -> None:
    read: dict[int, list[ExpressionShares]] = {}
    for moment, (_, seen) in zip(followed(video), video, strict=True):
        for face, sighting in zip(moment.faces, seen, strict=True):
            read.setdefault(face.track, []).append(sighting.shares)
            for expression in Expression:
                values = [one[expression] for one in read[face.track]]
                assert min(values) - 1e-9 <= face.shares[expression] <= max(values) + 1e-9


@given(videos)
def test_a_summary_can_be_counted_again_from_the_moments(
    video: list[tuple[float, list[Sighting]]],
) -> None:
    moments = followed(video)
    summaries = summarize(moments)
    assert [summary.track for summary in summaries] == list(range(1, len(summaries) + 1))
    for summary in summaries:
        own = [
            (moment.at_s, face.shares)
            for moment in moments
            for face in moment.faces
            if face.track == summary.track
        ]
        assert (summary.first_s, summary.last_s) == (own[0][0], own[-1][0])
        assert summary.moments == len(own)
        assert sum(summary.share_of_time.values()) == pytest.approx(1)
        for expression in Expression:
            mean = sum(one[expression] for _, one in own) / len(own)
            assert summary.mean[expression] == pytest.approx(mean)
            likeliest = sum(one.likeliest is expression for _, one in own)
            assert summary.share_of_time[expression] == pytest.approx(likeliest / len(own))


@given(st.floats(0.01, 1.9), st.integers(1, 5))
def test_it_does_not_matter_how_many_frames_show_a_change(later_s: float, frames: int) -> None:
    sad, glad = surely(Expression.SADNESS), surely(Expression.HAPPINESS)
    video = [(0.0, [Sighting(LEFT, sad)])]
    video += [(later_s / frames, [Sighting(LEFT, glad)]) for _ in range(frames)]
    (face,) = followed(video)[-1].faces
    assert face.shares[Expression.HAPPINESS] == pytest.approx(
        1 - math.exp(-later_s / TIME_CONSTANT_S)
    )


def test_two_faces_stay_apart_whatever_their_order() -> None:
    glad, sad = surely(Expression.HAPPINESS), surely(Expression.SADNESS)
    one, other = Sighting(LEFT, glad), Sighting(RIGHT, sad)
    first, second = followed([(0.0, [one, other]), (0.25, [other, one])])
    assert [face.track for face in first.faces] == [1, 2]
    assert [face.track for face in second.faces] == [2, 1]
    assert [face.shares.likeliest for face in second.faces] == [
        Expression.SADNESS,
        Expression.HAPPINESS,
    ]


def test_of_two_boxes_the_one_that_overlaps_more_goes_on() -> None:
    glad = surely(Expression.HAPPINESS)
    near = Box(0.12, 0.2, 0.42, 0.6)
    farther = Box(0.25, 0.2, 0.55, 0.6)
    _, second = followed(
        [(0.0, [Sighting(LEFT, glad)]), (0.2, [Sighting(farther, glad), Sighting(near, glad)])]
    )
    assert [face.track for face in second.faces] == [2, 1]


@pytest.mark.parametrize(("gone_s", "track"), [(LOST_AFTER_S, 1), (LOST_AFTER_S + 0.1, 2)])
def test_who_is_gone_for_long_is_somebody_new(gone_s: float, track: int) -> None:
    seen = [Sighting(LEFT, surely(Expression.FEAR))]
    (face,) = followed([(0.0, seen), (gone_s / 2, []), (gone_s / 2, seen)])[-1].faces
    assert face.track == track


def test_who_comes_back_elsewhere_is_somebody_new() -> None:
    first, second = surely(Expression.FEAR), surely(Expression.ANGER)
    moments = followed([(0.0, [Sighting(LEFT, first)]), (0.2, [Sighting(RIGHT, second)])])
    assert moments[-1].faces == (FollowedFace(2, RIGHT, second),)


def test_time_does_not_run_back() -> None:
    follower = Follower()
    follower.follow(1.0, [])
    with pytest.raises(ValueError, match="order"):
        follower.follow(0.9, [])


def test_a_video_of_nobody_has_no_track() -> None:
    assert summarize([Moment(0.0, ()), Moment(0.25, ())]) == ()
