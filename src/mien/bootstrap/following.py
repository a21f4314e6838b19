"""Wires what follows faces along time: videos, and live cameras."""

from __future__ import annotations

from functools import partial

from mien.core.video import VideoLimits
from mien.inference.decoding import decode
from mien.inference.video import open_video
from mien.service.follow_expressions import ENOUGH_PX, FollowExpressions
from mien.service.read_expressions import ReadExpressions
from mien.service.read_video import ReadVideo
from mien.settings import Settings


def expression_follower(settings: Settings, read: ReadExpressions) -> FollowExpressions:
    """Return what reads the frames of one camera."""
    return FollowExpressions(partial(decode, limits=settings.image_limits()), read)


def video_reader(settings: Settings, read: ReadExpressions) -> ReadVideo:
    """Return what reads videos, within the limits of the settings."""
    limits = VideoLimits(max_bytes=settings.max_video_bytes, max_pixels=settings.max_image_pixels)
    return ReadVideo(
        partial(open_video, limits=limits, enough_px=ENOUGH_PX),
        partial(expression_follower, settings, read),
    )
