"""Jobs are bounded, belong to who began them, stop when told to, and are forgotten."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from mien.api.jobs import Job, Jobs, JobState
from mien.errors import OverloadedError, UnknownJobError, VideoUnreadableError

WITHIN_S = 10.0


def jobs(*, workers: int = 1, most: int = 4, most_each: int = 2, kept_s: float = 60.0) -> Jobs[str]:
    return Jobs("test", workers=workers, most=most, most_each=most_each, kept_s=kept_s)


def run(talk: Callable[[Jobs[str]], Awaitable[None]], table: Jobs[str]) -> None:
    async def main() -> None:
        try:
            await talk(table)
        finally:
            await asyncio.to_thread(table.close)

    asyncio.run(main())


async def until(state: JobState, job: Job[str]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while job.state is not state:  # noqa: ASYNC110 its thread sets no event of the loop
            await asyncio.sleep(0.005)


def nothing() -> None:
    pass


def until_stopped(proceed: Callable[[float], bool]) -> str | None:
    while proceed(0.25):
        threading.Event().wait(0.005)
    return None


def test_a_job_is_done_and_tells_its_result_and_its_owner_alone() -> None:
    ended: list[str] = []

    async def talk(table: Jobs[str]) -> None:
        job = table.open("ada")
        table.start(job, lambda proceed: f"{proceed(0.5)}", lambda: ended.append("end"))
        await until(JobState.DONE, job)
        found = table.find("ada", job.job_id)
        assert (found.result, found.progress, found.state.is_over) == ("True", 1.0, True)
        with pytest.raises(UnknownJobError):
            table.find("bob", job.job_id)
        with pytest.raises(UnknownJobError):
            table.find("ada", "another")

    run(talk, jobs())
    assert ended == ["end"]


def test_progress_never_falls_and_stays_within_its_bounds() -> None:
    job: Job[str] = Job("id", "ada")
    for share, told in [(0.5, 0.5), (0.25, 0.5), (7.0, 1.0), (-1.0, 1.0)]:
        assert job.proceed(share)
        assert job.progress == told


def test_what_fails_says_why_and_what_nobody_expected_is_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_proceed: Callable[[float], bool]) -> str:
        raise VideoUnreadableError("no video")

    def break_down(_proceed: Callable[[float], bool]) -> str:
        raise ArithmeticError

    async def talk(table: Jobs[str]) -> None:
        failed, broken = table.open("ada"), table.open("ada")
        table.start(failed, fail, nothing)
        table.start(broken, break_down, nothing)
        await until(JobState.FAILED, failed)
        await until(JobState.FAILED, broken)
        assert str(failed.error) == "no video"
        assert broken.error is None

    run(talk, jobs())
    assert capsys.readouterr().out.count("unexpected error") == 1


def test_there_are_only_so_many_in_all_and_for_each() -> None:
    async def talk(table: Jobs[str]) -> None:
        ada, _ = table.open("ada"), table.open("ada")
        with pytest.raises(OverloadedError, match="you have 2"):
            table.open("ada")
        table.open("bob")
        with pytest.raises(OverloadedError, match="the server"):
            table.open("cleo")
        table.drop(ada)
        table.open("cleo")

    run(talk, jobs(most=3))


def test_a_job_whose_end_was_told_gives_way_to_a_new_one_and_no_other_does() -> None:
    async def talk(table: Jobs[str]) -> None:
        untold, told = table.open("ada"), table.open("ada")
        for job in (untold, told):
            table.start(job, lambda _proceed: "result", nothing)
            await until(JobState.DONE, job)
        told.is_told = True
        table.open("ada")
        assert table.find("ada", untold.job_id) is untold
        with pytest.raises(UnknownJobError):
            table.find("ada", told.job_id)
        with pytest.raises(OverloadedError):
            table.open("ada")

    run(talk, jobs())


def test_one_runs_and_the_others_wait_their_turn() -> None:
    async def talk(table: Jobs[str]) -> None:
        first, second = table.open("ada"), table.open("ada")
        table.start(first, until_stopped, nothing)
        table.start(second, lambda _proceed: "second", nothing)
        await until(JobState.RUNNING, first)
        assert second.state is JobState.QUEUED
        table.drop(first)
        await until(JobState.DONE, second)

    run(talk, jobs())


def test_a_canceled_job_stops_and_is_forgotten_at_once() -> None:
    ended = threading.Event()

    async def talk(table: Jobs[str]) -> None:
        job = table.open("ada")
        table.start(job, until_stopped, ended.set)
        await until(JobState.RUNNING, job)
        table.drop(job)
        assert job.state is JobState.CANCELED
        with pytest.raises(UnknownJobError):
            table.find("ada", job.job_id)
        assert await asyncio.to_thread(ended.wait, WITHIN_S)
        assert job.state is JobState.CANCELED

    run(talk, jobs())


def test_a_job_that_never_ran_is_ended_too() -> None:
    ended: list[int] = []

    async def talk(table: Jobs[str]) -> None:
        running, waiting = table.open("ada"), table.open("ada")
        table.start(running, until_stopped, lambda: ended.append(1))
        table.start(waiting, until_stopped, lambda: ended.append(2))
        await until(JobState.RUNNING, running)

    run(talk, jobs())
    assert sorted(ended) == [1, 2]


def test_a_result_is_forgotten_after_its_time() -> None:
    async def talk(table: Jobs[str]) -> None:
        job = table.open("ada")
        table.start(job, lambda _proceed: "result", nothing)
        await until(JobState.DONE, job)
        table.find("ada", job.job_id)
        await asyncio.sleep(0.5)
        with pytest.raises(UnknownJobError):
            table.find("ada", job.job_id)
        assert job.state is JobState.DONE

    run(talk, jobs(kept_s=0.2))
