from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connector.domain.alert import ADVICE, Alert, AlertKind, News, StandingAlert, news, subject, text

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(hours=24)
HELD = Alert("acme", AlertKind.HELD, "3 orders held, the oldest of 2026-11-20")
TOKEN = Alert("acme", AlertKind.TOKEN, "Infor gives no good token: unauthorized")

alerts = st.builds(Alert, st.sampled_from(["acme", "other"]), st.sampled_from(AlertKind), st.text(max_size=5))
moments = st.timedeltas(min_value=timedelta(0), max_value=3 * DAY).map(lambda ago: NOW - ago)
standings = st.builds(StandingAlert, alerts, moments, st.none() | moments)


def told(present: list[Alert], before: list[StandingAlert]) -> News:
    return news(present, before, now=NOW, remind=DAY)


def test_what_begins_is_told_once():
    assert told([HELD], []) == News(begun=(HELD,))
    assert not told([HELD], [StandingAlert(HELD, NOW - DAY, NOW - timedelta(hours=1))])


def test_what_goes_on_is_told_again_after_a_day():
    assert told([HELD], [StandingAlert(HELD, NOW - 2 * DAY, NOW - DAY)]) == News(still=(HELD,))


def test_what_is_over_is_told_if_it_was_told_before():
    assert told([], [StandingAlert(HELD, NOW - DAY, NOW - DAY)]) == News(over=(HELD,))
    assert not told([], [StandingAlert(HELD, NOW - DAY, None)])


def test_another_count_is_no_news():
    fewer = Alert("acme", AlertKind.HELD, "2 orders held")
    assert not told([fewer], [StandingAlert(HELD, NOW - DAY, NOW)])


@given(st.lists(alerts, unique_by=lambda one: one.key), st.lists(standings, unique_by=lambda one: one.alert.key))
def test_nothing_is_told_twice_in_one_message_and_nothing_new_is_left_out(
    present: list[Alert], before: list[StandingAlert]
):
    found = told(present, before)
    keys = [one.key for part in (found.begun, found.still, found.over) for one in part]
    assert len(keys) == len(set(keys))
    known = {one.alert.key for one in before if one.told_at is not None}
    assert {one.key for one in found.begun} == {one.key for one in present} - known
    assert {one.key for one in found.over} == known - {one.key for one in present}


def test_a_message_says_what_where_and_how_to_see_more():
    message = News(begun=(HELD,), over=(TOKEN,))
    assert subject(message) == "ml-connector: 1 new, 1 over (acme)"
    assert text(message) == (
        "New:\n"
        "- acme: 3 orders held, the oldest of 2026-11-20\n"
        "  ml-connector records list acme --state held\n"
        "\n"
        "Over:\n"
        "- acme: Infor gives no good token: unauthorized\n"
    )


def test_every_kind_has_its_command():
    assert set(ADVICE) == set(AlertKind)
