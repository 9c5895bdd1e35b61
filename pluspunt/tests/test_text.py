import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pluspunt.text import fold, fold_to_sort


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Öztürk", "ozturk"),
        ("ŞENSOY", "sensoy"),
        ("İnönü", "inonu"),
        ("Yılmaz", "yilmaz"),
        ("Łukasz", "lukasz"),
        ("Đurić", "duric"),
        ("Sørensen", "sorensen"),
        ("Nguyễn", "nguyen"),
        ("Strauß", "strauss"),
        ("  d'   Heripon ", "d' heripon"),
    ],
)
def test_names_fold_to_plain_lower_case(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "sorted_at"),
    [
        ("'t Erve", "erve"),
        ("’t Erve", "erve"),
        ("‘t Erve", "erve"),
        ("d' Heripon", "heripon"),
        ("D'Heripon", "heripon"),
        ("'s-Gravesande", "s-gravesande"),
        ("'Erve", "erve"),
        ("Tas", "tas"),
        ("Dam", "dam"),
        ("Ma'at", "ma'at"),
    ],
)
def test_lists_skip_an_apostrophe_and_the_words_t_and_d_at_the_beginning(written, sorted_at):
    assert fold_to_sort(written) == sorted_at


@given(st.text(max_size=40))
@example("𝘈")
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
