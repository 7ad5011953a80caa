"""The box: what people type, and what is recognised in it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.places import Choices, NotFound, Place, Places
from directory.schedules import LONDON
from directory.search.phrases import SPOKEN
from directory.search.understanding import Reading, Recogniser
from directory.taxonomies import Meaning, Taxonomies, phrase_key

NOW = datetime(2026, 11, 22, 21, 4, tzinfo=LONDON)
CAFE = "type:crisis_cafe type:safe_haven"

Read = Callable[[str], Reading]


@pytest.fixture(scope="module")
def recogniser(places: Places, taxonomies: Taxonomies) -> Recogniser:
    return Recogniser(places, taxonomies)


@pytest.fixture(scope="module")
def read(recogniser: Recogniser) -> Read:
    """Reads a text on a Sunday evening in November."""
    return lambda text: recogniser.recognise(text, NOW)


def tags(reading: Reading) -> list[str]:
    """What was understood, as "kind:value", in the order of the text."""
    return [f"{one.kind}:{one.value.partition(',')[0]}" for one in reading.understood]


TYPED = [
    # the ten of the search's own description
    ("somali women E1 tonight", "community:somali gender:women place:E1 time:now", ""),
    ("crisis cafe near brixton open now", f"{CAFE} place:Brixton time:now", ""),
    ("17 year old croydon", "age:17 place:Croydon", ""),
    ("lgbt drop in SE1", "community:lgbtq referral:walk_in place:SE1", ""),
    ("turkish speaking counselling N16", "language:tr type:counselling place:N16", ""),
    ("bereaved by suicide, Harrow", "need:bereaved_by_suicide place:Harrow", ""),
    ("step free Tottenham sunday 1am", "access:step_free place:Tottenham time:2026-11-29T01:00", ""),
    ("texting line", "type:text_line", ""),
    ("bank holiday Monday crisis café", f"time:2026-12-28T12:00 {CAFE}", ""),
    ("tomorrow morning counselling", "time:2026-11-23T10:00 type:counselling", ""),
    # as it comes on a call
    ("17yo girl cutting herself nr lewisham", "age:17 gender:women need:self_harm place:Lewisham", ""),
    ("polish man drunk hounslow", "community:polish gender:men takes:intoxicated place:Hounslow", ""),
    ("asian lady w/ kids dv ilford", "community:asian gender:women type:domestic_abuse place:Ilford", ""),
    ("gay lad chucked out by parents SE1", "community:lgbtq gender:men need:homelessness place:SE1", ""),
    ("cant cope, hearing voices, tower hamlets", "need:crisis need:psychosis place:Tower Hamlets", ""),
    ("mums postnatal depression w10", "gender:women need:perinatal place:W10", ""),
    ("suicidal male 23 croydon", "need:suicidal gender:men age:23 place:Croydon", ""),
    ("42F suicidal SE5", "gender:women age:42 need:suicidal place:SE5", ""),
    ("self harm 6/52 croydon", "need:self_harm place:Croydon", "6/52"),
    ("not slept 14 hours SE5", "place:SE5", "slept 14"),
    ("M19 self harm", "gender:men age:19 need:self_harm", ""),
    ("35 yr old bloke od'd last night wants to talk N1 9GU", "age:35 gender:men need:suicidal place:N1 9GU", ""),
    ("pt intoxicated, low risk, needs somewhere to go tonight E17", "takes:intoxicated time:now place:E17", ""),
    ("police with female on bridge SE1", "referral:police gender:women need:suicidal place:SE1", ""),
    ("paramedics, 80 yr old lady, lonely, E6", "referral:ambulance age:80 gender:women need:loneliness place:E6", ""),
    ("my son is 15 and self harming bromley", "referral:carer gender:men age:15 need:self_harm place:Bromley", ""),
    ("my daughter wont eat, 14, enfield", "referral:carer gender:women need:eating age:14 place:Enfield", ""),
    ("worried about my brother hearing voices barnet", "referral:carer gender:men need:psychosis place:Barnet", ""),
    ("husband hits me with 2 kids newham", "type:domestic_abuse place:Newham", ""),
    ("muslim woman forced marriage E17", "community:muslim gender:women need:honour_based_abuse place:E17", ""),
    ("somewhere open now near me", "time:now", ""),
    ("nowhere to sleep tonight camden", "need:homelessness time:now place:Camden", ""),
    ("homeless veteran ptsd lambeth", "community:homeless community:veterans need:trauma place:Lambeth", ""),
    ("trans teen suicidal ealing", "community:lgbtq age:13-17 need:suicidal place:Ealing", ""),
    ("deaf man bsl croydon", "community:deaf gender:men language:bfi place:Croydon", ""),
    ("wheelchair user harrow drop in", "access:step_free place:Harrow referral:walk_in", ""),
    ("no gp brent counselling", "referral:self_referral place:Brent type:counselling", ""),
    ("self refer talking therapy N15", "referral:self_referral type:counselling place:N15", ""),
    ("is there anywhere i can go that isn't A&E in hackney", "need:instead_of_ae place:Hackney", ""),
    ("anything open at 3am in E8", "time:2026-11-23T03:00 place:E8", ""),
    ("bme womens group N22", "community:minority_ethnic gender:women community:women place:N22", ""),
    ("somali speaking mental health worker tower hamlets", "language:so place:Tower Hamlets", ""),
    ("portuguese speaking dv SW8", "language:pt type:domestic_abuse place:SW8", ""),
    ("young adult bipolar merton", "age:18-25 need:bipolar place:Merton", ""),
    ("elderly man depressed bexley", "community:older_adults gender:men need:depression place:Bexley", ""),
    ("OAP husband died bexley", "community:older_adults need:bereavement place:Bexley", ""),
    ("lost my son to suicide", "need:bereaved_by_suicide", ""),
    ("sectioned last year need help N4", "need:mental_health_act place:N4", ""),
    ("pregnant and suicidal SE13", "need:perinatal gender:women need:suicidal place:SE13", ""),
    ("new dad struggling", "gender:men need:crisis", ""),
    ("refugee torture survivor", "community:refugees_and_asylum_seekers need:torture_and_trafficking", ""),
    ("universal credit sanctioned suicidal", "need:money need:suicidal", ""),
    ("autistic adult meltdown", "community:neurodivergent age:18-120 need:crisis", ""),
    ("LD and mental health crisis", "need:learning_disability need:crisis", ""),
    ("don't want to be here anymore", "need:suicidal", ""),
    ("he's taken tablets", "gender:men need:suicidal", ""),
    ("black men's group brixton", "community:black gender:men community:men place:Brixton", ""),
    ("sofa surfing 17", "need:homelessness age:17", ""),
    ("on behalf of a friend", "referral:carer", ""),
    # what comes with somebody, or how they come
    ("17 alone, brixton", "age:17 takes:alone_under_18 place:Brixton", ""),
    ("girl, 15, on her own in camden", "gender:women age:15 takes:alone_under_18 place:Camden", ""),
    ("alone and 16", "takes:alone_under_18 age:16", ""),
    ("42 and alone", "age:42 need:loneliness", ""),
    ("feeling so alone, 15", "need:loneliness age:15", ""),
    ("on her own, E1", "place:E1", ""),
    ("child alone N4", "takes:alone_under_18 age:0-17 place:N4", ""),
    ("unaccompanied 14 year old", "takes:alone_under_18 age:14", ""),
    ("no parent with her, 13", "takes:alone_under_18 age:13", ""),
    ("been drinking, SE5", "takes:intoxicated place:SE5", ""),
    ("male drunk with dog and a friend", "gender:men takes:intoxicated takes:dog takes:companion", ""),
    ("pt on drugs tonight", "takes:intoxicated time:now", ""),
    ("drinking problem", "need:drugs_and_alcohol", ""),
    ("with a friend SW9", "takes:companion place:SW9", ""),
    ("staying with a friend SW9", "place:SW9", ""),
    ("fell out with a friend", "", ""),
    ("worried about a friend", "referral:carer", ""),
    ("has a dog", "takes:dog", ""),
    ("my dog died", "need:bereavement", ""),
    ("guide dog", "", ""),
    ("the black dog", "need:depression", ""),
    ("hong kong people counselling", "community:chinese type:counselling", ""),
    ("single mum with 2 kids no money", "gender:women need:money", ""),
    ("mosque counselling", "community:muslim type:counselling", ""),
    # kinds of service under all their names
    ("crisis cafe", CAFE, ""),
    ("safe haven", CAFE, ""),
    ("recovery cafés", CAFE, ""),
    ("sanctuary", CAFE, ""),
    ("crisis house bed", "type:crisis_house", ""),
    ("respite", "type:crisis_house", ""),
    ("MHCAS", "type:crisis_hub", ""),
    ("psychiatric decision unit", "type:crisis_hub", ""),
    ("crisis team", "type:home_treatment_team", ""),
    ("HTT", "type:home_treatment_team", ""),
    ("CRHTT", "type:home_treatment_team", ""),
    ("helpline", "type:crisis_line", ""),
    ("someone to talk to on the phone", "type:crisis_line", ""),
    ("24/7 crisis line", "type:crisis_line", ""),
    ("111", "type:crisis_line", ""),
    ("111*2", "type:crisis_line", ""),
    ("NHS 111 option 2", "type:crisis_line", ""),
    ("sms", "type:text_line", ""),
    ("can't talk", "type:text_line", ""),
    ("IAPT", "type:counselling", ""),
    ("counsellor", "type:counselling", ""),
    ("CAMHS", "type:young_people", ""),
    ("DV", "type:domestic_abuse", ""),
    ("dv helpline", "type:domestic_abuse", ""),
    ("womens refuge", "type:domestic_abuse gender:women", ""),
    ("street triage", "type:joint_response_car", ""),
    ("136", "type:health_based_place_of_safety type:crisis_hub", ""),
    ("s136", "type:health_based_place_of_safety type:crisis_hub", ""),
    ("136 barking", "type:health_based_place_of_safety type:crisis_hub place:Barking", ""),
    ("support groups", "type:peer_support", ""),
    ("day centre", "type:community_hub", ""),
    ("carer support", "need:caring", ""),
    ("carers centre", "type:carers_support", ""),
    ("advocate", "type:advocacy", ""),
    # needs, as people say them
    ("crisis N16", "need:crisis place:N16", ""),
    ("emergency", "need:crisis", ""),
    ("suicidal N16", "need:suicidal place:N16", ""),
    ("kill myself", "need:suicidal", ""),
    ("male suicide", "need:suicidal", ""),
    ("A&E", "need:instead_of_ae", ""),
    ("a & e", "need:instead_of_ae", ""),
    ("A and E", "need:instead_of_ae", ""),
    ("not A&E haringey", "need:instead_of_ae place:Haringey", ""),
    ("casualty", "need:instead_of_ae", ""),
    ("schizophrenic", "need:psychosis", ""),
    ("manic", "need:bipolar", ""),
    ("EUPD", "need:complex_emotional_needs", ""),
    ("panic attacks", "need:anxiety", ""),
    ("PTSD veteran", "need:trauma community:veterans", ""),
    ("raped", "need:sexual_violence", ""),
    ("FGM", "need:fgm", ""),
    ("izzat", "need:honour_based_abuse", ""),
    ("evicted", "need:homelessness", ""),
    ("gambling debts", "need:gambling", ""),
    ("benefits advice", "need:money", ""),
    ("immigration", "need:immigration", ""),
    ("alzheimer’s", "need:dementia", ""),
    ("sectioned", "need:mental_health_act", ""),
    ("druggie", "need:drugs_and_alcohol", ""),
    ("racist abuse", "need:hate_crime", ""),
    ("ran away from home", "need:run_away", ""),
    # people
    ("BME", "community:minority_ethnic", ""),
    ("BAME", "community:minority_ethnic", ""),
    ("coloured lady", "community:minority_ethnic gender:women", ""),
    ("asian", "community:asian", ""),
    ("gay", "community:lgbtq", ""),
    ("LGBTQIA+", "community:lgbtq", ""),
    ("lesbian", "community:lgbtq gender:women", ""),
    ("Jamaican", "community:black_caribbean", ""),
    ("afro-caribbean", "community:black", ""),
    ("orthodox jewish woman NW11", "community:jewish gender:women place:NW11", ""),
    ("Traveller", "community:gypsy_roma_traveller", ""),
    ("no recourse to public funds", "community:migrants", ""),
    ("asylum seeker", "community:refugees_and_asylum_seekers", ""),
    ("teenager", "age:13-17", ""),
    ("kids", "age:0-17", ""),
    ("young people", "community:children_and_young_people", ""),
    ("over 65s", "age:65-120", ""),
    ("under 5", "age:0-4", ""),
    ("boy 9 years old", "gender:men age:9", ""),
    ("women only", "gender:women community:women", ""),
    ("women", "gender:women", ""),
    ("women's", "gender:women community:women", ""),
    # language or community
    ("turkish", "community:turkish", ""),
    ("speaks turkish", "language:tr", ""),
    ("in turkish", "language:tr", ""),
    ("turkish speakers", "language:tr", ""),
    ("urdu", "language:ur", ""),
    ("bengali woman E1", "language:bn gender:women place:E1", ""),
    ("Polski", "language:pl", ""),
    ("sign language", "language:bfi", ""),
    ("doesn't speak english", "", ""),
    # a word of two lists
    ("deaf", "community:deaf", ""),
    ("bereaved", "need:bereavement", ""),
    ("carer", "community:carers", ""),
    ("children", "age:0-17", ""),
    ("suicidal", "need:suicidal", ""),
    ("homeless", "community:homeless", ""),
    ("perinatal", "need:perinatal", ""),
    ("welfare rights", "need:money", ""),
    # ways in, and who is asking
    ("drop-in", "referral:walk_in", ""),
    ("no appointment needed", "referral:walk_in", ""),
    ("open access", "referral:self_referral", ""),
    ("step-free", "access:step_free", ""),
    ("can't do stairs", "access:step_free", ""),
    ("GP referral", "referral:gp", ""),
    ("gp says go to counselling", "type:counselling", ""),
    ("social worker", "referral:professional", ""),
    ("111 call handler", "referral:111", ""),
    ("met police", "referral:police", ""),
    # places
    ("suicidal poplar", "need:suicidal place:Poplar", ""),
    ("e1 6 counselling", "place:E1 6 type:counselling", ""),
    ("near the mosque", "community:muslim", ""),
    ("mind in croydon", "place:Croydon", "mind"),
    ("51.47,-0.09 suicidal tonight", "place:51.47 need:suicidal time:now", ""),
    ("young lad 19 tooting", "gender:men age:19 place:Tooting", ""),
    ("17", "age:17", ""),
    ("lesbian asian woman", "community:lgbtq gender:women community:asian", ""),
    ("N1 9pm", "place:N1 time:2026-11-23T21:00", ""),
    ("hindi woman barking road", "language:hi gender:women", "barking road"),
    # what is left is searched as words
    ("dental", "", "dental"),
    ("zumba E3", "place:E3", "zumba"),
    ("tuesday evening art class", "time:2026-11-24T19:00", "art class"),
    ("samaritans", "", "samaritans"),
    ("عربي", "", "عربي"),
    ("自杀 SE1", "place:SE1", "自杀"),
    ("אני רוצה למות", "", "אני רוצה למות"),
    ("आत्महत्या", "", "आत्महत्या"),
    ("e-mail", "", "e-mail"),
    # nothing to search for
    ("help", "", ""),
    ("please help me", "", ""),
    ("the and of", "", ""),
    ("mental health", "", ""),
    ("😭😭", "", ""),
    ("", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "understood", "left"), TYPED)
def test_what_people_type(read: Read, typed: str, understood: str, left: str) -> None:
    """Everything recognised, in the order of the text, and the words that are left."""
    reading = read(typed)
    expected = understood.replace(" type:", "\ntype:")
    for kind in ("place", "time", "age", "gender", "community", "language", "need", "access", "referral", "takes"):
        expected = expected.replace(f" {kind}:", f"\n{kind}:")
    assert tags(reading) == expected.split("\n") if understood else tags(reading) == []
    assert reading.words == left


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Somali Women near E1 tonight", ["Somali", "Women", "E1", "tonight"]),
        ("drop in SE1", ["drop in", "SE1"]),
        ("crisis café, Brixton", ["crisis café", "crisis café", "Brixton"]),
    ],
)
def test_tags_quote_what_was_typed(read: Read, typed: str, words: list[str]) -> None:
    """As it was typed, without the "near" and "in" that belong to no tag."""
    assert [one.words for one in read(typed).understood] == words


@pytest.mark.parametrize(
    ("typed", "understood", "notice"),
    [
        ("open now sunday 1am", ["time:2026-11-29T01:00"], "The search is for “sunday 1am” and not for “open now”."),
        ("men or women", [], "Both women and men are named (“men”, “women”), so gender is left open."),
        ("men's and women's", [], "Both women and men are named (“men's”, “women's”), so gender is left open."),
        ("17 year old, aged 40", ["age:17"], "The search is for “17 year old” and not for “aged 40”."),
        ("police and ambulance", ["referral:police"], "“police” is taken to be asking, and not “ambulance”."),
        ("croydon or sutton", ["place:Croydon"], "One place is searched at a time: near Croydon, and not “sutton”."),
        ("E7/E12", ["place:E7"], "One place is searched at a time: near E7, and not “E12”."),
        ("E7/E12/E13/E7", ["place:E7"], "One place is searched at a time: near E7, and not “E12”, “E13”, “E7”."),
        ("9yo 17yo 18yo 9 yrs", ["age:9"], "The search is for “9yo” and not for “17yo”, “18yo”."),
        ("gp, police, doctor, police", ["referral:gp"], "“gp” is taken to be asking, and not “police”."),
    ],
)  # fmt: skip
def test_contradictions_are_settled_and_said(read: Read, typed: str, understood: list[str], notice: str) -> None:
    """Each by a rule, in a plain sentence."""
    reading = read(typed)
    assert (tags(reading), reading.notices, reading.words) == (understood, (notice,), "")


def test_ages_that_agree_are_one(read: Read) -> None:
    """A number and a word for the same age say what they have in common, without a notice."""
    reading = read("teenager, 17 years old, a child")
    assert (tags(reading), reading.notices) == (["age:17"], ())


def test_genders_that_cancel_are_no_gender_at_all(read: Read) -> None:
    """Neither of the two, and not "nothing was said" either."""
    assert (read("men or women").gender, read("men or women").any_gender) == (None, True)
    assert (read("counselling").gender, read("counselling").any_gender) == (None, False)


@pytest.mark.parametrize(
    ("typed", "located", "words"),
    [("hayes", Choices, ""), ("counselling near lewishm", NotFound, ""), ("ZE1 9XX crisis", NotFound, "")],
)
def test_a_place_in_doubt_is_asked_about(read: Read, typed: str, located: type, words: str) -> None:
    """It is neither guessed nor searched as words."""
    reading = read(typed)
    assert isinstance(reading.located, located)
    assert reading.words == words


def test_words_that_nothing_knows_are_offered_to_the_spelling(read: Read) -> None:
    """Those that are left, and those of a place that is not known; never what was understood."""
    reading = read("councelling, somali, near lewishm")
    assert [reading.text[word.start : word.end] for word in reading.unknown] == ["councelling", "lewishm"]


def meanings(taxonomies: Taxonomies) -> dict[str, tuple[Meaning, ...]]:
    """Every phrase of the tables, and what it must be recognised as."""
    expected: dict[str, tuple[Meaning, ...]] = dict(taxonomies.recognised)
    lists = {"type": taxonomies.service_types, "community": taxonomies.communities, "need": taxonomies.needs}
    for kind, terms in lists.items():
        for term in terms.values():
            for phrase in (term.name, *term.words):
                expected.setdefault(phrase_key(phrase), (Meaning(kind, term.code),))
    for language in taxonomies.languages.values():
        for phrase in (form.format(word) for word in (language.name, *language.words) for form in SPOKEN):
            expected.setdefault(phrase_key(phrase), (Meaning("language", language.code),))
    return expected


def as_tags(meant: tuple[Meaning, ...]) -> set[str]:
    return {f"{kind}:{value}" for kind, value in meant}


@pytest.mark.parametrize("form", ["{}", "{} near SE5 8AZ", "near SE5 8AZ {}", "{}, tonight", "so: {}, please!"])
def test_every_phrase_is_recognised_as_its_own(read: Read, taxonomies: Taxonomies, form: str) -> None:
    """No phrase of any table is taken for a place, a time, an age or another phrase, wherever it stands."""
    around = {"place:SE5 8AZ", "time:now"}
    wrong = []
    for phrase, meant in meanings(taxonomies).items():
        reading = read(form.format(phrase))
        if set(tags(reading)) - around != as_tags(meant) or reading.words:
            wrong.append((phrase, tags(reading), reading.words))
    assert wrong == []


def test_no_filler_means_anything(read: Read, taxonomies: Taxonomies) -> None:
    """Alone, each leaves nothing to search for, but for a time that it may say too ("all night")."""
    readings = {filler: read(filler) for filler in taxonomies.fillers}
    assert {
        filler: (tags(r), r.words)
        for filler, r in readings.items()
        if r.words or not all(tag.startswith("time:") for tag in tags(r))
    } == {}


parts = ("somali", "17 year old", "E1 6AN", "tomorrow 9pm", "suicidal", "step free", "speaks urdu", "police", "zumba")


@given(order=st.permutations(parts), joint=st.sampled_from([" ", ", ", " and ", ". ", "\n"]))
@settings(deadline=None, max_examples=60)
def test_the_order_of_words_does_not_matter(recogniser: Recogniser, order: list[str], joint: str) -> None:
    """What is said in any order, with any marks between, is the same."""
    plain = recogniser.recognise(" ".join(parts), NOW)
    other = recogniser.recognise(joint.join(order), NOW)
    assert sorted(tags(other)) == sorted(tags(plain))
    assert (other.words, other.at, other.ages) == (plain.words, plain.at, plain.ages)


some_text = st.text(max_size=80) | st.lists(
    st.sampled_from(
        [
            *parts,
            "near",
            "E1",
            "now",
            "men",
            "women",
            "17",
            "&",
            "'",
            "-",
            ";",
            "A&E",
            "poplar",
            "(",
            "e",
            "\u0301",
            "ß",
            "ﬁ",
        ]
    ),
    max_size=40,
).map(" ".join)


@given(text=some_text)
@settings(deadline=None, max_examples=300)
def test_any_text_is_read(recogniser: Recogniser, text: str) -> None:
    """Never an error; every word quoted is in the text; what is left does not hold what was understood."""
    reading = recogniser.recognise(text, NOW)
    squeezed = "".join(reading.text.split())
    for part in [*(one.words for one in reading.understood), *reading.words.split()]:
        assert "".join(part.split()) in squeezed or " " in part
    assert all(reading.text[word.start : word.end] for word in reading.unknown)
    assert isinstance(reading.located, Place | Choices | NotFound | None)


@pytest.mark.parametrize(
    "text", ["near " * 400, "E1 6 " * 400, "lost my " * 250, "17 " * 660, "sunday 1am " * 180, "'" * 2000, "x" * 2000]
)
def test_two_thousand_characters_are_read(read: Read, text: str) -> None:
    """The longest text that the box takes; whoever is impatient pastes more than a question."""
    assert read(text[:2000]).text == text[:2000]


@pytest.mark.parametrize("text", ["E⒈" * 1000, " ".join(f"{age}yo" for age in range(90)), "E17 SE5 N1 " * 180])
def test_many_contradictions_are_one_short_notice(read: Read, text: str) -> None:
    """A thousand places or ages: one is taken, and of the others a few are named."""
    (notice,) = read(text).notices
    assert len(notice) < 200


def test_a_place_late_in_a_long_text_is_found(read: Read) -> None:
    """Beyond what the places themselves read."""
    reading = read(f"{'he said that he was not well ' * 25} croydon {'and so on ' * 30}")
    assert tags(reading) == ["gender:men", "place:Croydon"]


def test_hurtful_words_are_understood_and_never_offered(recogniser: Recogniser, taxonomies: Taxonomies) -> None:
    """They are typed, so they are read; no misspelt word is read as one of them."""
    assert "paki" in taxonomies.hurtful
    assert tags(recogniser.recognise("paki lad", NOW)) == ["community:pakistani", "gender:men"]
    assert not {"paki", "pikey", "tranny"} & recogniser.vocabulary
    assert {"counselling", "somali", "lewisham", "bereavement"} <= recogniser.vocabulary
