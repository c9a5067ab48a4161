"""What a predictor says about itself."""

from unetpp_desktop.nn.explanation import DepthChoice, EngineWhy, Explanation, PrecisionWhy, lines_of


def test_every_reason_is_a_sentence_with_its_figures() -> None:
    depths = tuple(
        DepthChoice(depth, "fp32", why, "bf16", 1.618, 0.98765) for depth, why in enumerate(PrecisionWhy, 1)
    )
    for why in EngineWhy:
        lines = lines_of(Explanation("toy", "openvino", "cpu", "Xeon", why, depths))
        assert lines[0].startswith("toy: openvino on cpu (Xeon): ")
        assert len(lines) == 1 + len(PrecisionWhy)
        assert not any("{" in line for line in lines)
    said = "\n".join(lines)
    assert "1.62 times as fast as fp32, the same class for 98.77 % of the pixels" in said
    assert "99.5 % are needed" in said


def test_the_sentences_can_be_translated() -> None:
    choice = DepthChoice(1, "fp32", PrecisionWhy.UNTESTED, "bf16")
    explanation = Explanation("toy", "torch", "cpu", "x86", EngineWhy.NO_OPENVINO, (choice,))
    asked = list[str]()

    def shout(text: str) -> str:
        asked.append(text)
        return text.upper().replace("{OTHER}", "{other}").replace("{WHY}", "{why}")

    lines = lines_of(explanation, lambda text: shout(text) if ": " not in text else text)
    assert lines[0] == "toy: torch on cpu (x86): OPENVINO IS NOT INSTALLED"
    assert lines[1] == "depth 1: fp32: bf16 IS TESTED WITH THE SECOND SCENE AT THIS DEPTH"
