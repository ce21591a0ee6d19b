"""What a value dates: week codes in every reading, the year in SIM numbers, and what is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.assess import dated
from overlanded.data import table
from overlanded.model.identifiers import luhn

CODES = {
    # code: (the first day it can mean, the first day of its week where that is later)
    "1723": ("2017-06-04", ""),
    "1730": ("2017-07-23", ""),
    "1705": ("2005-04-23", "2017-01-29"),  # or week 17 of 2005, or May 2017
    "0517": ("2005-04-23", ""),
    "2012": ("2012-01-01", "2020-03-16"),  # or the year 2012
    "2053": ("2020-12-28", ""),
    "17W05": ("2017-01-29", ""),
    "17 WK 05": ("2017-01-29", ""),
    "2017-W23": ("2017-06-04", ""),
    "201723": ("2017-06-04", ""),
    "201706": ("2017-02-05", ""),  # or June 2017
}


@pytest.mark.parametrize("code", CODES)
def test_a_code_means_the_earliest_of_its_readings(code):
    assert (dated.earliest(code), dated.by_week(code)) == CODES[code]


@pytest.mark.parametrize(
    "code",
    ["1753", "1760", "1700", "2017-W60", "201753", "17W99", "9823", "5217", "4512", "17/23", "17-23",
     "172", "17233", "2017-06-01", "", "DC"],
)  # fmt: skip
def test_an_impossible_week_and_what_can_be_read_in_many_ways_date_nothing(code):
    assert (dated.earliest(code), dated.by_week(code)) == ("", "")


DAYS = st.dates(date(2001, 1, 1), date(2035, 12, 20))
WRITTEN = {
    "year and week": lambda _, week: f"{week.year % 100:02}{week.week:02}",
    "week and year": lambda _, week: f"{week.week:02}{week.year % 100:02}",
    "year, W, week": lambda _, week: f"{week.year % 100:02}W{week.week:02}",
    "four digits and week": lambda _, week: f"{week.year}{week.week:02}",
    "year and month": lambda day, _: f"{day.year % 100:02}{day.month:02}",
    "month and year": lambda day, _: f"{day.month:02}{day.year % 100:02}",
    "a year": lambda day, _: f"{day.year}",
}


@pytest.mark.parametrize("how", WRITTEN)
@given(day=DAYS)
def test_whatever_a_maker_means_the_bound_is_no_later_than_the_day_it_was_made(how, day):
    code = WRITTEN[how](day, day.isocalendar())
    assert dated.earliest(code) <= day.isoformat()


@given(day=DAYS)
def test_weeks_counted_from_new_years_day_are_no_later_either(day):
    week = (day - date(day.year, 1, 1)) // timedelta(weeks=1) + 1
    assert dated.earliest(f"{day.year % 100:02}{week:02}") <= day.isoformat()


@given(day=DAYS)
def test_a_code_with_a_letter_bounds_within_ten_days(day):
    week = day.isocalendar()
    at = date.fromisoformat(dated.earliest(f"{week.year % 100:02}W{week.week:02}"))
    assert timedelta(0) <= day - at <= timedelta(days=10)


def card(digits):
    return next(digits + str(check) for check in range(10) if luhn(f"{digits}{check}"))


@pytest.mark.parametrize(
    ("digits", "year"),
    [
        ("8986007909170412345", "2017"),
        ("8986007931170412345", "2017"),
        ("8986007932170412345", ""),  # there is no province 32
        ("8986011781234567890", "2017"),
        ("8986030170211234567", "2017"),
        ("8986031170211234567", ""),  # the reserved digit is 0
        ("8986041712345678901", ""),  # no source says where the year stands
        ("8986011281234567890", "2012"),
        ("8986019981234567890", ""),  # 2099
        ("8931440301234567890", ""),  # another country
        ("898600790917041234", ""),  # 19 digits
    ],
)
def test_the_year_in_the_number_of_a_sim_card(digits, year):
    assert dated.numbered(card(digits)) == year


def test_a_number_that_fails_its_check_dates_nothing():
    right = card("8986007909170412345")
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert (dated.numbered(right), dated.numbered(wrong)) == ("2017", "")


@pytest.mark.parametrize(("seen", "at"), [("", "2017"), ("2017-03-01", "2017"), ("2016-12-31", "")])
def test_a_card_seen_before_its_year_holds_no_year(seen, at):
    assert dated.dates("numbered", card("8986007909170412345"), seen) == at


def test_every_operator_says_where_its_form_is_told():
    for issuer in table("sims")["issuer"]:
        assert issuer["source"], issuer["operator"]
        assert "(?P<year>" in issuer["pattern"]
