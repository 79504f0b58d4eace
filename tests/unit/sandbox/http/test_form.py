import pytest

from sandbox.errors import StripeError
from sandbox.http.form import decode


def test_brackets_become_nested_fields():
    form = decode([("evidence[receipt]", "file_1"), ("evidence[a][b]", "c"), ("submit", "false")])

    assert form == {"evidence": {"receipt": "file_1", "a": {"b": "c"}}, "submit": "false"}


@pytest.mark.parametrize("names", [("expand[]", "expand[]"), ("expand[0]", "expand[1]")])
def test_both_list_notations_give_the_same_result(names):
    assert decode(zip(names, ("charge", "payment_intent"), strict=True)) == {
        "expand": {"0": "charge", "1": "payment_intent"}
    }


def test_of_repeated_names_the_last_one_wins():
    assert decode([("limit", "1"), ("limit", "2")]) == {"limit": "2"}


@pytest.mark.parametrize("name", ["evidence[receipt", "a]b", "[x]", "", "evidence[a]b"])
def test_unbalanced_brackets_are_an_unknown_parameter(name):
    with pytest.raises(StripeError) as caught:
        decode([(name, "x")])

    assert caught.value.code == "parameter_unknown"
    assert caught.value.param == name


@pytest.mark.parametrize("key", ["a[b]", "a]", "[a"])
def test_metadata_names_cannot_contain_brackets(key):
    with pytest.raises(StripeError, match="square brackets") as caught:
        decode([(f"metadata[{key}]", "x")])

    assert caught.value.param == "metadata"


@pytest.mark.parametrize("names", [("created", "created[gte]"), ("created[gte]", "created")])
def test_a_name_cannot_be_both_a_value_and_an_object(names):
    with pytest.raises(StripeError, match="Invalid object") as caught:
        decode((name, "1") for name in names)

    assert caught.value.param == "created"
