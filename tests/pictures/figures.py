"""Figures of any size, and spans made of them."""

from hypothesis import strategies as st

from advnet.pictures.intervals import Span

FIGURES = st.one_of(
    st.floats(-1e300, 1e300, allow_nan=False),
    st.floats(0, 100, allow_nan=False),
    st.integers(-5, 5).map(float),
    st.sampled_from([0.0, 5e-324, -1e-310, 1e-300, 1e300, -1e300, 1e9, 1e9 + 1e-6]),
)
SPANS = st.tuples(FIGURES, FIGURES, FIGURES).map(lambda three: Span(*sorted(three)))


def lies_inside(*places: float) -> bool:
    return all(0 <= place <= 100 for place in places)
