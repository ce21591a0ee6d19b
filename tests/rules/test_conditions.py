import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.model.citing import Citation, Locator
from overlanded.rules.conditions import CITED, Condition, affirmed, evaluate, leaves, read, truth

VALUES = st.sampled_from([True, False, None])
HERE = Citation("item", "a.pcap", Locator("frame", "1"))


def ask(values):
    def answer(leaf: Condition):
        value = values[leaf.word]
        return value, (HERE,) if value else ()

    return answer


def holds(written, values):
    condition = read(written)
    outcome = evaluate(condition, ask(values))
    assert truth(condition, lambda leaf: values[leaf.word]) is outcome.value
    assert outcome.proof.true is bool(outcome.value)
    return outcome.value


def leaf(name):
    return {name: "x"}


@given(VALUES)
def test_not_not_is_the_thing_itself(value):
    assert holds({"not": {"not": leaf("a")}}, {"a": value}) is value


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_n_of_lies_between_any_and_all(values):
    names = {f"w{index}": value for index, value in enumerate(values)}
    parts = [leaf(name) for name in names]
    assert holds({"1-of": parts}, names) is holds({"any": parts}, names)
    assert holds({f"{len(parts)}-of": parts}, names) is holds({"all": parts}, names)


@given(st.lists(VALUES, min_size=1, max_size=4))
def test_de_morgan(values):
    names = {f"w{index}": value for index, value in enumerate(values)}
    parts = [leaf(name) for name in names]
    negated = [{"not": part} for part in parts]
    assert holds({"not": {"all": parts}}, names) is holds({"any": negated}, names)
    assert holds({"not": {"any": parts}}, names) is holds({"all": negated}, names)


@given(st.lists(VALUES, min_size=1, max_size=5), st.integers(0, 4))
def test_looking_further_never_turns_a_result(values, at):
    """What holds or not although nobody looked at a part, stays so when somebody does."""
    names = {f"w{index}": value for index, value in enumerate(values)}
    parts = [leaf(name) for name in names]
    before = holds({"2-of": [*parts, leaf("w0")]}, names)
    name = f"w{at % len(values)}"
    if before is None or names[name] is not None:
        return
    for found in (True, False):
        assert holds({"2-of": [*parts, leaf("w0")]}, names | {name: found}) is before


def test_a_mapping_of_words_means_all_and_a_list_of_values_any():
    condition = read({"standing": ["DECLINED", "UNDOCUMENTED"], "family": "communications"})
    assert condition.op == "all"
    assert [leaf.word for leaf in leaves(condition)] == ["standing", "family"]
    assert [pattern.text for pattern in condition.parts[0].patterns] == ["DECLINED", "UNDOCUMENTED"]


def test_the_proof_names_every_part_and_what_nobody_looked_at():
    outcome = evaluate(read({"any": [leaf("a"), leaf("b")]}), ask({"a": True, "b": None}))
    assert outcome.value is True
    assert [child.condition for child in outcome.proof.children] == [
        "a is x",
        "b is x (nobody looked)",
    ]
    assert outcome.citations == (HERE,)


def test_citations_of_a_denied_part_do_not_count():
    outcome = evaluate(read({"all": [leaf("a"), {"not": leaf("b")}]}), ask({"a": True, "b": False}))
    assert outcome.citations == (HERE,)
    denied = evaluate(read({"not": leaf("b")}), ask({"b": False}))
    assert denied.value is True
    assert denied.citations == ()


def test_a_leaf_keeps_a_few_citations():
    many = tuple(Citation("item", "a.pcap", Locator("frame", str(n))) for n in range(50))
    outcome = evaluate(read(leaf("a")), lambda _leaf: (True, many))
    assert outcome.citations == many[:CITED]


@pytest.mark.parametrize(
    "written", [{}, [], "standing", {"all": []}, {"any": "x"}, {"a": {"regex": "x"}}, {"2-of": {}}]
)
def test_what_is_not_a_condition_is_refused(written):
    with pytest.raises(ValueError, match=r"."):
        read(written)


def test_what_is_denied_is_not_affirmed():
    condition = read({"all": [leaf("a"), {"not": {"any": [leaf("b"), leaf("c")]}}, leaf("d")]})
    assert [one.word for one in affirmed(condition)] == ["a", "d"]
