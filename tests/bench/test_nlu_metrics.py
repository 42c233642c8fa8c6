"""The figures of the understanding, on cases that can be counted by hand."""

import pytest

from bench.nlu.copies import unlike
from bench.nlu.lines import Line, Questions, is_outside
from bench.nlu.metrics import accuracy, confusions, macro_f1, several, topics
from bench.nlu.trust import calibration_error, recall_at

LINES = [
    Line("a", ("pago", "saldo")),
    Line("b", ("pago",)),
    Line("c", ("saldo",)),
    Line("d", ("saldo",)),
]


def test_any_acceptable_intent_is_right() -> None:
    assert accuracy(LINES, ["saldo", "pago", "pago", "otro"]) == 0.5


def test_an_acceptable_intent_counts_as_the_best() -> None:
    found = topics(LINES, ["saldo", "pago", "saldo", "saldo"])
    assert (found["pago"].recall, found["pago"].precision) == (1.0, 1.0)
    assert (found["saldo"].recall, found["saldo"].precision) == (1.0, 1.0)


def test_macro_f1_is_the_mean_over_the_intents_asked_for() -> None:
    # pago: recall 2/2, precision 2/3; saldo: recall 1/2, precision 1/1.
    assert macro_f1(LINES, ["saldo", "pago", "pago", "saldo"]) == pytest.approx((0.8 + 2 / 3) / 2)


def test_an_intent_never_predicted_has_no_precision() -> None:
    found = topics(LINES, ["pago", "pago", "otro", "otro"])
    assert found["saldo"].precision is None
    assert found["saldo"].f1 == 0.0
    assert "otro" not in found


def test_confusions_are_counted_with_an_example() -> None:
    first, second = confusions(LINES, ["otro", "pago", "pago", "pago"])
    assert (first.best, first.taken, first.count, first.example) == ("saldo", "pago", 2, "c")
    assert (second.best, second.taken, second.count) == ("pago", "otro", 1)


def test_several_questions_are_found_whole_and_in_order() -> None:
    line = Questions("x", (("pago", "saldo"), ("nss",)))
    assert several([line], [["saldo", "nss"]]) == 1.0
    for wrong in (["nss", "saldo"], ["saldo"], ["saldo", "nss", "pago"]):
        assert several([line], [wrong]) == 0.0


def test_one_answer_may_cover_two_questions_side_by_side() -> None:
    line = Questions("x", (("nss",), ("donde", "nss"), ("pago",)))
    for right in (["nss", "pago"], ["nss", "donde", "pago"], ["nss", "nss", "pago"]):
        assert several([line], [right]) == 1.0
    for wrong in (["nss"], ["donde", "pago"], ["nss", "pago", "nss"]):
        assert several([line], [wrong]) == 0.0


def test_refusals_are_counted_where_the_allowed_share_is_refused() -> None:
    inside = [number / 100 for number in range(1, 101)]
    # At 5 of 100 refused, trust up to 0.05 is: three of these four.
    assert recall_at(inside, [-1.0, 0.01, 0.05, 0.5], 0.05) == pytest.approx(0.75)


def test_between_two_thresholds_the_refused_are_drawn_at_random() -> None:
    # Of ten lines of equal trust half a tenth is refused: half of what is outside among them.
    assert recall_at([0.2] + [0.9] * 9, [0.2], 0.05) == pytest.approx(0.5)


def test_lines_refused_whatever_the_threshold_can_be_more_than_allowed() -> None:
    assert recall_at([-1.0] * 10 + [0.9] * 90, [-1.0, 0.5], 0.05) == pytest.approx(0.25)


def test_everything_may_be_refused() -> None:
    assert recall_at([0.1, 0.2], [0.3], 1.0) == 1.0


def test_confidence_that_keeps_its_word_has_no_error() -> None:
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0.0)


def test_the_error_of_confidence_is_weighed_by_bin() -> None:
    confidences = [1.0] * 5 + [0.0] * 5
    right = [True] * 3 + [False] * 2 + [False] * 5
    assert calibration_error(confidences, right) == pytest.approx(0.2)


def test_overconfidence_and_its_contrary_cancel_within_a_bin_only() -> None:
    assert calibration_error([0.5, 0.5], [True, False]) == pytest.approx(0.0)
    assert calibration_error([0.1, 0.9], [True, False]) == pytest.approx(0.9)


@pytest.mark.parametrize("intent", ["nlu_fallback", "fuera_imss"])
def test_what_is_outside_is_refused(intent: str) -> None:
    assert is_outside(intent)
    assert not is_outside("pago_spei")


def test_lines_that_are_nearly_an_example_are_left_out() -> None:
    examples = [("quiero pagar mi crédito", "donde_como_pagar"), ("hola", "saludo")]
    lines = [
        Line("Quiero pagar mi credito!!", ("donde_como_pagar",)),
        Line("hola", ("saludo",)),
        Line("en qué banco deposito la mensualidad", ("donde_como_pagar",)),
    ]
    assert unlike(lines, examples) == lines[2:]
