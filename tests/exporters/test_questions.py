from overlanded.exporters.questions import QUESTIONS
from overlanded.model.devices import Question


def test_every_question_can_be_asked_in_words():
    assert list(QUESTIONS) == [str(question) for question in Question]
    assert all(words.endswith("?") for words in QUESTIONS.values())
