"""The taxonomies and the shipped services: every code known, every value well formed, nothing hidden given away."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

import phonenumbers
import pytest

from directory.config import DATA
from directory.taxonomies import Meaning, Taxonomies, TaxonomyError, phrase_key, words_in

Row = dict[str, str]
FOLDER = DATA / "taxonomies"
FILES = sorted(path.name for path in FOLDER.glob("*.csv"))
LOADED = [name for name in FILES if name not in ("guards.csv", "times.csv")]
COLUMNS = (
    "ref name organization service_type description status audience location_type address postcode borough "
    "address_visibility entrance area_served phone text_number professional_phone handover_phone email website "
    "opening_hours self_referral walk_in referral_routes application_process minimum_age maximum_age gender "
    "eligibility communities languages interpreters cultural_claims accessibility step_free cost cost_description "
    "nhs_commissioned drop_off crew_may_leave intoxicated alone_under_18 companion dog ods_code dos_service_id "
    "source_url source_date confidence professional_notes notes"
).split()
SHORT_NUMBERS = {"111", "999", "116 000", "116 123"}
SHORT_CODES = {"85258", "88247", "116 000"}
NUMBER = re.compile(r"(?P<number>[0-9 ]+)( \((?P<note>[^()]+)\))?")
YES_NO = {"yes", "no", ""}
CHOICES = {
    "status": {"active", "unverified"},
    "audience": {"public", "professional"},
    "location_type": {"physical", "virtual"},
    "address_visibility": {"full", "area", "hidden"},
    "gender": {"women", "men", ""},
    "cost": {"free", "paid", "mixed", ""},
    "confidence": {"high", "medium", "low"},
    **dict.fromkeys(("self_referral", "walk_in", "interpreters", "step_free", "nhs_commissioned"), YES_NO),
}


@pytest.fixture(scope="module")
def services() -> list[Row]:
    with (DATA / "services.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        assert reader.fieldnames == COLUMNS
        return list(reader)


def listed(cell: str) -> list[str]:
    """The parts of a cell that holds several, separated by semicolons."""
    return cell.split("; ") if cell else []


def wrong(services: list[Row], is_right: Iterable[bool]) -> list[str]:
    """The references of the services for which a question is answered no."""
    return [row["ref"] for row, right in zip(services, is_right, strict=True) if not right]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped taxonomies that a test may damage."""
    for name in FILES:
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    return tmp_path


def test_a_community_stands_within_its_broader_ones(taxonomies: Taxonomies) -> None:
    assert taxonomies.with_broader("somali") == ("somali", "black_african", "black", "minority_ethnic")
    assert taxonomies.with_broader("women") == ("women",)
    with pytest.raises(KeyError):
        taxonomies.with_broader("martian")


def test_crisis_types_come_first(taxonomies: Taxonomies) -> None:
    types = list(taxonomies.service_types.values())
    crisis = [service_type.dos_service_type_id == 142 for service_type in types]
    assert crisis == sorted(crisis, reverse=True)
    assert types[-1].code == "other"


def test_the_order_column_decides_not_the_order_of_lines(copied: Path, taxonomies: Taxonomies) -> None:
    header, *lines = (copied / "service_types.csv").read_text(encoding="utf-8").splitlines()
    (copied / "service_types.csv").write_text("\n".join([header, *reversed(lines)]), encoding="utf-8")
    assert list(Taxonomies.load(copied).service_types) == list(taxonomies.service_types)


def test_orders_are_not_shared(taxonomies: Taxonomies) -> None:
    orders = [t.order for t in taxonomies.service_types.values()]
    assert len(set(orders)) == len(orders)


@pytest.mark.parametrize(
    ("phrase", "meant"),
    [
        ("deaf", ["community:deaf"]),
        ("bereaved", ["need:bereavement"]),
        ("children", ["age:0-17"]),
        ("suicidal", ["need:suicidal"]),
        ("homeless", ["community:homeless"]),
        ("crisis cafe", ["type:crisis_cafe", "type:safe_haven"]),
        ("womens", ["gender:women", "community:women"]),
    ],
)
def test_a_word_of_several_lists_means_what_is_said(taxonomies: Taxonomies, phrase: str, meant: list[str]) -> None:
    """recognised.csv comes before the lists, and says why."""
    assert [f"{kind}:{value}" for kind, value in taxonomies.recognised[phrase]] == meant


def test_what_two_lists_claim_must_be_said(copied: Path) -> None:
    """Without its line in recognised.csv, a word of two lists is refused by file, line and column."""
    path = copied / "recognised.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("suicidal")), encoding="utf-8")
    with pytest.raises(
        TaxonomyError, match=r"needs\.csv, line \d+, column words: '[a-z ]*suicidal' is in communities\.csv too"
    ):
        Taxonomies.load(copied)


def test_no_line_repeats_what_a_list_says_already(taxonomies: Taxonomies) -> None:
    """A phrase that means just its own term belongs in the list of that term; hurtful ones are marked as such."""
    lists = {
        "type": taxonomies.service_types,
        "need": taxonomies.needs,
        "community": taxonomies.communities,
        "language": taxonomies.languages,
    }
    claims: dict[str, list[Meaning]] = {}
    for kind, terms in lists.items():
        for code, term in terms.items():
            for phrase in (term.name, *term.words):
                claims.setdefault(phrase_key(phrase), []).append(Meaning(kind, code))
    said = {phrase: list(meant) for phrase, meant in taxonomies.recognised.items() if phrase not in taxonomies.hurtful}
    assert [phrase for phrase, meant in said.items() if claims.get(phrase) == meant] == []


def test_every_need_can_be_met(taxonomies: Taxonomies) -> None:
    """By a type or a community, or at least by words that a service may use of itself."""
    assert [n.code for n in taxonomies.needs.values() if not (n.types or n.communities or n.words)] == []


@pytest.mark.parametrize(
    ("text", "words", "singulars"),
    [
        ("Drop-in Cafés", ["drop", "in", "cafes"], ["drop", "in", "cafe"]),
        ("A&E", ["a", "and", "e"], ["a", "and", "e"]),
        ("women’s men's kids", ["womens", "mens", "kids"], ["women", "men", "kids"]),
        (
            "crisis, charities; access bus",
            ["crisis", "charities", "access", "bus"],
            ["crisis", "charity", "access", "bus"],
        ),
        ("LGBT+ (111*2)", ["lgbt", "111", "2"], ["lgbt", "111", "2"]),
        ("", [], []),
    ],
)
def test_words_as_they_are_compared(text: str, words: list[str], singulars: list[str]) -> None:
    found = list(words_in(text))
    assert ([word.text for word in found], [word.singular for word in found]) == (words, singulars)
    assert all(0 <= word.start < word.end <= len(text) for word in found)


def test_lists_cannot_be_changed(taxonomies: Taxonomies) -> None:
    with pytest.raises(TypeError):
        taxonomies.languages["xx"] = taxonomies.languages["en"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        taxonomies.languages["en"].name = "Anglais"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("typed", "group_of"),
    [("dv", "domestic abuse"), ("casualty", "a&e"), ("sectioned", "section 136"), ("crisis cafe", "crisis café")],
)
def test_what_people_say_is_in_a_group(taxonomies: Taxonomies, typed: str, group_of: str) -> None:
    assert [group[0] for group in taxonomies.synonym_groups if typed in group] == [group_of]


@pytest.mark.parametrize(
    ("typed", "code"), [("bame", "minority_ethnic"), ("gay", "lgbtq"), ("trans", "lgbtq"), ("elderly", "older_adults")]
)
def test_what_people_call_a_community_is_known(taxonomies: Taxonomies, typed: str, code: str) -> None:
    assert typed in [word.lower() for word in taxonomies.communities[code].words]


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("languages.csv", "so,Again,", r"languages\.csv, line \d+, column code: 'so' is here twice"),
        ("languages.csv", "xx,,", r"line \d+, column name: is empty"),
        ("languages.csv", "Xx Y,Name,", r"column code: 'Xx Y' is not a code"),
        ("languages.csv", "xx,Name", r"line \d+: 2 cells instead of 3"),
        ("languages.csv", "xx,Name,a;; b", r"column words: has nothing between two semicolons"),
        ("languages.csv", 'xx,"Name,', r"line \d+: .*Check the quotes"),
        ("communities.csv", "martian,Martian,mars,culture,,", r"broader: 'mars' is not the code of an earlier line"),
        ("communities.csv", "martian,Martian,martian,culture,,", r"column broader: 'martian' is not the code"),
        ("communities.csv", "martian,Martian,,culture,,green; GÁY", r"words: 'gay' already stands for 'lgbtq'"),
        ("communities.csv", "martian,Martian,,,,", r"column family: is empty"),
        ("communities.csv", "martian,Martian,,Outer space,,", r"column family: 'Outer space' is not a code"),
        ("communities.csv", "martian,Martian,asian,space,,", r"column family: is not that of 'asian'"),
        ("communities.csv", "martian,Martian,,space,xx,", r"column languages: 'xx' is not a known code"),
        ("communities.csv", "martian,Martian,,space,,refuge", r"words: 'refuge' is in service_types.csv too"),
        ("needs.csv", "x,X,crisis_caffe,,", r"column types: 'crisis_caffe' is not a known code"),
        ("needs.csv", "x,X,,martian,", r"column communities: 'martian' is not a known code"),
        ("needs.csv", "x,X,,,Counselling", r"column words: 'counselling' is in service_types.csv too"),
        ("needs.csv", "x,X,,,self-harm", r"column words: 'self harm' already stands for 'self_harm'"),
        (
            "recognised.csv",
            "x,type:crisis_caffe,,Because",
            r"column means: 'type:crisis_caffe' is not a kind and a code",
        ),
        ("recognised.csv", "x,place:E1,,Because", r"column means: 'place:E1' is not"),
        ("recognised.csv", "x,age:17-13,,Because", r"column means: 'age:17-13' is not .* or ages such as age:13-17"),
        ("recognised.csv", "x,age:0-121,,Because", r"column means: 'age:0-121' is not"),
        ("recognised.csv", "x,,,Because", r"column means: is empty"),
        ("recognised.csv", ",gender:men,,Because", r"column words: is empty"),
        ("recognised.csv", "x,gender:men,no,Because", r"column hurtful: must be yes or empty"),
        ("recognised.csv", "x,gender:men,,", r"column why: is empty"),
        ("recognised.csv", "x; Deaf,gender:men,,Because", r"column words: 'deaf' is here twice"),
        ("fillers.csv", "x,", r"column why: is empty"),
        ("fillers.csv", ",Because", r"column words: is empty"),
        ("fillers.csv", "x; X,Because", r"column words: 'x' is here twice"),
        ("fillers.csv", "somali,Because", r"column words: 'somali' means something in another file"),
        ("fillers.csv", "dv,Because", r"column words: 'dv' means something in another file"),
        ("service_types.csv", "x,X,Xs,An x.,142,first,", r"column order: 'first' is not a whole number"),
        ("service_types.csv", "x,X,Xs,,142,99,", r"column description: is empty"),
        ("referral_routes.csv", "nurse,A nurse,999", r"column words: '999' already stands for '999'"),
        ("words.csv", "flu,influenza; DV,Because", r"column means: 'DV' is already in the group of 'domestic abuse'"),
        ("words.csv", "flu,influenza,", r"column why: is empty"),
    ],
)
def test_a_damaged_line_is_named(copied: Path, name: str, line: str, says: str) -> None:
    """File, line and column are said, so that whoever edited the file can mend it."""
    with (copied / name).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(TaxonomyError, match=says):
        Taxonomies.load(copied)


@pytest.mark.parametrize("name", LOADED)
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read: No such file"),
        (b"", "line 1: the columns are"),
        (b"kode,nom\n", "line 1: the columns are"),
        (b"\xff\xfe,\n", "not UTF-8"),
    ],
)
def test_a_damaged_file_is_named(copied: Path, name: str, content: bytes | None, says: str) -> None:
    (copied / name).unlink() if content is None else (copied / name).write_bytes(content)
    with pytest.raises(TaxonomyError, match=f"{name}.*{says}"):
        Taxonomies.load(copied)


def test_the_line_number_counts_lines_inside_quotes(copied: Path) -> None:
    (copied / "languages.csv").write_text('code,name,words\nen,"Eng\nlish",\nfr,,\n', encoding="utf-8")
    with pytest.raises(TaxonomyError, match="line 4, column name"):
        Taxonomies.load(copied)


def test_refs_are_unique_and_in_order(services: list[Row]) -> None:
    refs = [row["ref"] for row in services]
    assert all(re.fullmatch(r"CAD-[0-9]{4}", ref) for ref in refs)
    assert refs == sorted(set(refs))


def test_both_states_are_shipped(services: list[Row]) -> None:
    """The researched split is kept: 128 entries to show, 235 leads for maintainers."""
    assert [row["status"] for row in services].count("active") == 128
    assert len(services) == 363


@pytest.mark.parametrize("column", ["ref", "name", "service_type", "description", "source_url", "notes"])
def test_no_service_lacks_what_every_service_has(services: list[Row], column: str) -> None:
    assert not wrong(services, (bool(row[column]) for row in services))


@pytest.mark.parametrize("column", CHOICES)
def test_choices_are_known(services: list[Row], column: str) -> None:
    assert not wrong(services, (row[column] in CHOICES[column] for row in services))


@pytest.mark.parametrize("column", ["service_type", "referral_routes", "communities", "languages"])
def test_codes_are_in_their_taxonomy(services: list[Row], taxonomies: Taxonomies, column: str) -> None:
    known = getattr(taxonomies, column + "s" if column == "service_type" else column)
    assert not wrong(services, (set(listed(row[column])) <= set(known) for row in services))


def test_every_service_type_is_used(services: list[Row], taxonomies: Taxonomies) -> None:
    assert {row["service_type"] for row in services} == set(taxonomies.service_types)


@pytest.mark.parametrize("column", COLUMNS)
def test_cells_have_no_stray_spaces_or_characters(services: list[Row], column: str) -> None:
    assert not wrong(services, (row[column] == " ".join(row[column].split()) for row in services))
    assert not wrong(services, (row[column].isprintable() for row in services))


@pytest.mark.parametrize("column", ["area_served", "phone", "referral_routes", "communities", "languages"])
def test_lists_have_no_empty_or_double_parts(services: list[Row], column: str) -> None:
    parts = [listed(row[column]) for row in services]
    assert not wrong(services, (all(p and ";" not in p for p in ps) and len(ps) == len(set(ps)) for ps in parts))


@pytest.mark.parametrize("column", ["phone", "professional_phone"])
def test_phone_numbers_are_valid_and_grouped(services: list[Row], column: str) -> None:
    def is_right(number: str) -> bool:
        match = NUMBER.fullmatch(number)
        assert match, number
        if match["number"] in SHORT_NUMBERS:
            return True
        parsed = phonenumbers.parse(match["number"], "GB")
        grouped = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
        return phonenumbers.is_valid_number(parsed) and match["number"] == grouped

    assert not wrong(services, (all(map(is_right, listed(row[column]))) for row in services))


def test_a_call_to_111_says_which_option(services: list[Row]) -> None:
    """Without option 2, NHS 111 is not the mental health line."""
    calls = [number for row in services for number in listed(row["phone"]) if number.startswith("111")]
    assert set(calls) == {"111 (choose option 2)"}


def test_text_numbers_are_known_short_codes(services: list[Row]) -> None:
    numbers = [NUMBER.fullmatch(row["text_number"]) for row in services if row["text_number"]]
    assert {match["number"] if match else None for match in numbers} <= SHORT_CODES


def test_source_dates_are_iso_8601_perhaps_reduced(services: list[Row]) -> None:
    date = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
    assert not wrong(services, (not row["source_date"] or bool(date.fullmatch(row["source_date"])) for row in services))


def test_web_addresses_are_whole(services: list[Row]) -> None:
    url = re.compile(r"https?://([a-z0-9-]+\.)+[a-z]{2,}([/?][^\s<>\"]*)?", re.IGNORECASE)
    for column in ("website", "source_url"):
        assert not wrong(services, (not row[column] or bool(url.fullmatch(row[column])) for row in services))


def test_ages_are_whole_and_the_right_way_round(services: list[Row]) -> None:
    def is_right(row: Row) -> bool:
        low, high = row["minimum_age"], row["maximum_age"]
        assert all(age == "" or re.fullmatch(r"[1-9]\d?", age) for age in (low, high)), row["ref"]
        return not (low and high) or int(low) <= int(high)

    assert not wrong(services, map(is_right, services))


def test_no_one_is_sent_to_a_place_that_is_not_one(services: list[Row]) -> None:
    """A line, a website or a team that travels has no address, so that no page can offer directions to it."""
    for column in ("address", "postcode", "borough", "entrance"):
        assert not wrong(services, (row["location_type"] == "physical" or not row[column] for row in services))


def test_self_is_a_route_exactly_where_self_referral_is_known(services: list[Row]) -> None:
    routes = (("self" in listed(row["referral_routes"])) == (row["self_referral"] == "yes") for row in services)
    assert not wrong(services, routes)


def test_walk_in_never_contradicts_self_referral(services: list[Row]) -> None:
    assert not wrong(services, (not (row["walk_in"] == "yes" and row["self_referral"] == "no") for row in services))


def test_police_and_place_of_safety_entries_are_for_professionals(services: list[Row]) -> None:
    professional = {"health_based_place_of_safety", "s136_advice_line"}
    audiences = ((row["audience"] == "professional") == (row["service_type"] in professional) for row in services)
    assert not wrong(services, audiences)


def test_domestic_abuse_addresses_are_never_shown_in_full(services: list[Row]) -> None:
    shown = (row["service_type"] != "domestic_abuse" or row["address_visibility"] != "full" for row in services)
    assert not wrong(services, shown)


def test_a_hidden_place_is_not_in_the_file_at_all(services: list[Row]) -> None:
    """The file itself is published, so the place of a hidden entry is kept out of it."""
    hidden = [row for row in services if row["address_visibility"] == "hidden"]
    assert hidden
    for column in ("address", "postcode", "borough", "entrance"):
        assert not wrong(hidden, (not row[column] for row in hidden))


def test_no_shown_text_repeats_an_address_that_is_not_shown(services: list[Row]) -> None:
    """Neither a full address, nor its street line, nor its postcode, nor any other whole postcode."""
    texts = ("name", "organization", "description", "application_process", "eligibility", "accessibility")
    postcode = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}\b", re.IGNORECASE)
    for row in services:
        if row["address_visibility"] != "full":
            shown = " ".join(row[column] for column in texts).casefold()
            street = next((part for part in row["address"].split(", ") if part[:1].isdigit()), row["address"])
            secrets = [secret for secret in (row["address"], street, row["postcode"]) if secret]
            assert not [secret for secret in secrets if secret.casefold() in shown], row["ref"]
            assert not postcode.search(shown), row["ref"]


def test_no_shown_text_repeats_a_number_for_professionals(services: list[Row]) -> None:
    for row in services:
        shown = re.sub(
            r"\D", "", " ".join(row[c] for c in COLUMNS if c not in ("professional_phone", "handover_phone", "notes"))
        )
        for number in listed(row["professional_phone"]):
            match = NUMBER.fullmatch(number)
            assert match and match["number"].replace(" ", "") not in shown, row["ref"]


def test_every_column_is_documented() -> None:
    """The README of the data has a row for each column, of services.csv and of each taxonomy."""
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    columns = set(COLUMNS)
    for name in FILES:
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            columns |= set(next(csv.reader(file)))
    assert sorted(column for column in columns if f"| `{column}` |" not in readme) == []
