"""What leaves the house: no number of one to four people can be read or worked out."""

from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from impact.suppression import FEW, LEFT_OUT, SMALL, Balance, protect

FLOW = Balance(["begin", "in"], ["out", "end"])
GROUPS = ("care", "activation", "volunteers")
COLUMNS = ("begin", "in", "out", "end")


def test_large_numbers_and_zero_are_shown():
    assert protect({"a": 5, "b": 0, "c": 130}, []) == {"a": 5, "b": 0, "c": 130}


def test_one_to_four_people_are_fewer_than_five():
    assert protect({"a": 1, "b": 4}, []) == {"a": FEW, "b": FEW}


def test_the_smallest_other_number_goes_where_a_total_would_tell():
    total = Balance(["all"], ["a", "b", "c"])
    assert protect({"all": 33, "a": 3, "b": 20, "c": 10}, [total]) == {"all": 33, "a": FEW, "b": 20, "c": LEFT_OUT}


def test_what_is_to_be_kept_goes_last():
    total = Balance(["all"], ["a", "b", "c"])
    assert protect({"all": 33, "a": 3, "b": 20, "c": 10}, [total], keep=["c"])["c"] == 10
    assert protect({"all": 13, "a": 3, "c": 10}, [Balance(["all"], ["a", "c"])], keep=["all", "c"])["c"] == LEFT_OUT


def test_two_hidden_numbers_protect_each_other():
    total = Balance(["all"], ["a", "b", "c"])
    assert protect({"all": 25, "a": 3, "b": 20, "c": 2}, [total]) == {"all": 25, "a": FEW, "b": 20, "c": FEW}


def test_two_numbers_at_their_lowest_do_not_protect_each_other():
    total = Balance(["all"], ["a", "b", "c"])
    shown = protect({"all": 22, "a": 1, "b": 20, "c": 1}, [total])
    assert shown["b"] == LEFT_OUT or shown["all"] == LEFT_OUT


def test_a_flow_does_not_tell_who_left():
    shown = protect({"begin": 20, "in": 8, "out": 2, "end": 26}, [FLOW])
    assert shown["out"] == FEW
    assert LEFT_OUT in shown.values()


def worlds(shown, numbers, balances):
    """Every set of numbers, each at most five from the real one, with which the document would look the same."""
    hidden = [name for name, value in shown.items() if isinstance(value, str)]
    choices = [
        SMALL
        if shown[name] == FEW
        else [n for n in range(max(0, numbers[name] - 5), numbers[name] + 6) if n not in SMALL]
        for name in hidden
    ]
    for values in product(*choices):
        world = {**numbers, **dict(zip(hidden, values, strict=True))}
        if all(sum(world[n] for n in b.left) == sum(world[n] for n in b.right) for b in balances):
            yield world


@given(st.lists(st.integers(0, 9), min_size=3, max_size=3))
def test_nobody_can_work_out_a_part_of_a_total(parts):
    numbers = {"all": sum(parts), **dict(zip("abc", parts, strict=True))}
    balances = [Balance(["all"], ["a", "b", "c"])]
    shown = protect(numbers, balances)
    for name, value in numbers.items():
        if value in SMALL:
            assert len({world[name] for world in worlds(shown, numbers, balances)}) > 1


def rank_of(rows, columns):
    """Gaussian elimination over fractions: how many of `columns` the equations in `rows` tie together."""
    from fractions import Fraction

    rows = [[Fraction(row.get(c, 0)) for c in columns] for row in rows]
    rank = 0
    for column in range(len(columns)):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for r in range(len(rows)):
            if r != rank and rows[r][column]:
                factor = rows[r][column] / rows[rank][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    return rank


@example([(0, 1, 0), (0, 1, 0), (0, 2, 1)])
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=3))
def test_no_small_number_in_a_flow_table_follows_from_the_others(rows):
    numbers, balances = {}, []
    for group, (begin, inflow, outflow) in zip(GROUPS, rows, strict=True):
        outflow = min(outflow, begin + inflow)
        values = (begin, inflow, outflow, begin + inflow - outflow)
        numbers |= {f"{group}.{column}": value for column, value in zip(COLUMNS, values, strict=True)}
    for column in COLUMNS:
        numbers[f"house.{column}"] = sum(numbers[f"{group}.{column}"] for group in GROUPS)
        balances.append(Balance([f"house.{column}"], [f"{group}.{column}" for group in GROUPS]))
    for group in (*GROUPS, "house"):
        balances.append(Balance([f"{group}.begin", f"{group}.in"], [f"{group}.out", f"{group}.end"]))
    shown = protect(numbers, balances)
    hidden = [name for name, value in shown.items() if isinstance(value, str)]
    equations = [{**dict.fromkeys(b.left, 1), **dict.fromkeys(b.right, -1)} for b in balances]
    whole = rank_of(equations, hidden)
    for name, value in numbers.items():
        if value in SMALL:
            # "·" when so few people hold each other fast that all that is linked is left out.
            assert shown[name] in (FEW, LEFT_OUT)
            without = [other for other in hidden if other != name]
            # The number is free when leaving it out loses no rank: then the equations do not fix it.
            assert rank_of(equations, without) == whole
