import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pluspunt.text import fold


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


@given(st.text(max_size=40))
@example("𝘈")
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
