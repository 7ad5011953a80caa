"""The rows of forms: numbers and claims. A row that is left empty is none."""

from collections.abc import Callable
from datetime import date
from typing import Any

import wtforms
from wtforms.validators import ValidationError

from directory.loading.cells import CellError
from directory.loading.sheets import cell_problem
from directory.models import CulturalClaim, Phone
from directory.taxonomies import Taxonomies
from directory.web.forms import ChoiceField, TextField
from directory.web.words import CLAIMS

ReadNumber = Callable[[str, str], tuple[Phone, ...]]
"""From what a number is for and what was typed to the number; raises CellError."""

_COMMUNITY, _LANGUAGE = "community", "language"


def _plain_text(form: wtforms.Form, field: wtforms.Field) -> None:
    if problem := cell_problem(field.data or ""):
        raise ValidationError(problem)


class PhoneRow(wtforms.Form):
    """One number, how to use it, and what it is for: "voice", "text" or "handover"."""

    number = TextField("Number")
    note = TextField("How to use it", description="Like: evenings only, choose option 2", validators=[_plain_text])
    use = ChoiceField("For")

    @staticmethod
    def of(phone: Phone) -> dict[str, str]:
        """A number as the row holds it."""
        return {"number": phone.number, "note": phone.note, "use": phone.purpose or phone.kind}

    def phones(self, read: ReadNumber) -> tuple[Phone, ...]:
        """The number, if one was typed; what is wrong is said beside it."""
        if self.use.errors:
            return ()
        if not self.number.data:
            if self.note.data:
                self.number.errors = ["Enter the number that this note is about, or take the note out."]
            return ()
        try:
            found = read(self.use.data, self.number.data)
        except CellError as error:
            self.number.errors = [str(error)]
            return ()
        return tuple(phone.model_copy(update={"note": self.note.data or phone.note}) for phone in found)


class ClaimRow(wtforms.Form):
    """One claim: what is claimed, of whom, and who says so."""

    kind = ChoiceField("Claim", choices=[("", "No claim"), *CLAIMS.items()])
    about = ChoiceField("Community or language")
    said_by = TextField(
        "Who says so", description="Like: the service itself, or an organisation", validators=[_plain_text]
    )

    @staticmethod
    def of(claim: CulturalClaim) -> dict[str, str]:
        """A claim as the row holds it."""
        return {"kind": claim.kind, "about": f"{_family(claim.kind)}:{claim.code}", "said_by": claim.said_by}

    def claims(self, known: tuple[CulturalClaim, ...], today: date) -> tuple[CulturalClaim, ...]:
        """The claim, if there is one: said on the day it had where it is among those known, else today."""
        if not self.kind.data or self.kind.errors or self.about.errors:
            return ()
        family, _, code = (self.about.data or "").partition(":")
        if family != _family(self.kind.data):
            self.about.errors = [f"Choose a {_family(self.kind.data)} for “{CLAIMS[self.kind.data]}”."]
            return ()
        if not self.said_by.data:
            self.said_by.errors = ["Say who says so."]
            return ()
        facts: dict[str, Any] = {"kind": self.kind.data, "code": code, "said_by": self.said_by.data}
        said_on = {claim.model_copy(update={"said_on": ""}): claim.said_on for claim in known}
        claim = CulturalClaim(**facts)
        return (claim.model_copy(update={"said_on": said_on.get(claim, today.isoformat())}),)


def _family(kind: str) -> str:
    return _LANGUAGE if kind == "staff_speak" else _COMMUNITY


def claim_choices(taxonomies: Taxonomies) -> list[tuple[str, str]]:
    """Every community, then every language, told apart."""
    communities = [(f"{_COMMUNITY}:{term.code}", term.name) for term in taxonomies.communities.values()]
    languages = [(f"{_LANGUAGE}:{term.code}", f"{term.name} (language)") for term in taxonomies.languages.values()]
    return [("", "Choose one"), *communities, *languages]
