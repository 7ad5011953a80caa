"""The words for what people report about an entry, for whoever reads or reports it."""

from directory.models import ProblemKind, TurnedAwayWhy

PROBLEMS: dict[ProblemKind, str] = {
    "no_answer": "Nobody answered",
    "shut": "It was shut when shown as open",
    "turned_away": "We were turned away",
    "wrong_number": "The phone number is wrong",
    "wrong_address": "The address is wrong",
    "other": "Something else is wrong",
}
REASONS: dict[TurnedAwayWhy, str] = {
    "full": "It was full",
    "age": "Age",
    "gender": "Gender",
    "area": "Where the person lives",
    "referral": "They wanted a referral or an appointment",
    "drink_or_drugs": "The person had been drinking or using drugs",
    "crew": "They did not take people brought by police or ambulance",
    "known_to_others": "The person is with another team already",
    "language": "Nobody spoke the person's language",
    "other": "Another reason, or none was given",
}
