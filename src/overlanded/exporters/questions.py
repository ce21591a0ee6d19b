"""The probe's questions as a person would ask them."""

from __future__ import annotations

QUESTIONS = {
    "identity": "What is it?",
    "place": "Where is it?",
    "record": "What do the papers say?",
    "installed": "When was it fitted?",
    "installer": "Who fitted it?",
    "purpose": "What is it for?",
    "capability": "Can it talk outside?",
    "activity": "Did it?",
    "inbound": "Can it be reached?",
    "reach": "Which controls does it reach?",
    "bridges": "Does it join what should be apart?",
    "listed": "Is its maker on a government list?",
    "state": "What state is it in?",
    "certainty": "How sure is this?",
}
