"""Forms: WTForms fields that draw themselves with the macros of nhsuk, say what is wrong, and keep what was typed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import current_app
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, Field, FieldList, FormField, RadioField, SelectMultipleField, StringField
from wtforms.fields import FileField, PasswordField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

Pairs = Sequence[tuple[str, str]]

THREE = (("yes", "Yes"), ("no", "No"), ("", "Not known"))
"""The choices of every question that is answered yes, no or not known."""

_THREE_VALUES = {"yes": True, "no": False, "": None}


class Form(FlaskForm):
    """A form of somebody who has signed in, with a token against requests forged elsewhere."""

    @property
    def error_summary(self) -> list[dict[str, str]]:
        """What is wrong, in the order of the fields, as nhsuk's error summary takes it."""
        faults = [{"text": text, "href": f"#{field.id}"} for field in _leaves(self) for text in _texts(field.errors)]
        return faults + [{"text": text, "href": "#maincontent"} for text in _texts(self.form_errors)]


def _leaves(fields: Iterable[Field]) -> Iterator[Field]:
    """The fields that somebody fills in, those within rows included."""
    for field in fields:
        if isinstance(field, FieldList | FormField):
            yield from _leaves(field)
        else:
            yield field


def _texts(errors: Any) -> list[str]:
    if isinstance(errors, dict):
        return [text for each in errors.values() for text in _texts(each)]
    if isinstance(errors, list | tuple):
        return [text for each in errors for text in _texts(each)]
    return [str(errors)]


class _Nhsuk:
    """Draws a field with the nhsuk macro `name` of `component`; keywords go to the macro as they are."""

    def __init__(self, component: str, name: str) -> None:
        self.component, self.name = component, name

    def __call__(self, field: Field, **more: Any) -> Markup:
        macros = current_app.jinja_env.get_template(f"nhsuk/components/{self.component}/macro.jinja").module
        params = {"name": field.name, **self._common(field), **self._own(field), **more}
        return Markup(getattr(macros, self.name)(params))

    def _common(self, field: Field) -> dict[str, Any]:
        params: dict[str, Any] = {"id": field.id, "label": {"text": field.label.text}}
        if field.description:
            params["hint"] = {"text": field.description}
        if errors := _texts(field.errors):
            params["errorMessage"] = {"text": " ".join(errors)}
        return params

    def _own(self, field: Field) -> dict[str, Any]:
        return {"value": "" if field.data is None else str(field.data)}


class _Choices(_Nhsuk):
    """Radios or checkboxes in a fieldset whose legend is the label of the field; the first has the field's own id."""

    def _own(self, field: Field) -> dict[str, Any]:
        chosen = field.data if isinstance(field.data, list | tuple) else [field.data]
        wanted = {"" if value is None else str(value) for value in chosen}
        items = [
            {
                "value": value,
                "text": text,
                "checked": str(value) in wanted,
                "id": f"{field.id}-{at}" if at else field.id,
            }
            for at, (value, text) in enumerate(_pairs(field))
        ]
        return {"items": items, "idPrefix": field.id}

    def _common(self, field: Field) -> dict[str, Any]:
        params = super()._common(field)
        del params["id"]
        label = params.pop("label")["text"]
        params["fieldset"] = {"legend": {"text": label, "classes": "nhsuk-fieldset__legend--s"}}
        return params


class _Select(_Nhsuk):
    def _own(self, field: Field) -> dict[str, Any]:
        chosen = "" if field.data is None else str(field.data)
        items = [{"value": value, "text": text, "selected": str(value) == chosen} for value, text in _pairs(field)]
        return {"items": items}


class _File(_Nhsuk):
    def _own(self, field: Field) -> dict[str, Any]:
        return {}


class _Password(_Nhsuk):
    def _own(self, field: Field) -> dict[str, Any]:
        return {}


class _Tick(_Nhsuk):
    """One checkbox, which is its own label."""

    def _own(self, field: Field) -> dict[str, Any]:
        return {"items": [{"value": "y", "text": field.label.text, "checked": bool(field.data), "id": field.id}]}

    def _common(self, field: Field) -> dict[str, Any]:
        params = super()._common(field)
        del params["id"], params["label"]
        return {**params, "idPrefix": field.id}


def choices_of(pairs: Pairs) -> list[SelectChoice]:
    """Pairs of value and text as the choices of a field."""
    return [SelectChoice(value=value, label=text) for value, text in pairs]


def _pairs(field: Any) -> Sequence[tuple[str, str]]:
    return [(str(choice.value), str(choice.label)) for choice in field.choices]


class TextField(StringField):
    """One line of text, without white space at its ends."""

    widget = _Nhsuk("input", "input")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed."""
        self.data = " ".join(valuelist[0].split()) if valuelist else ""


class ProseField(TextAreaField):
    """Text of several lines, without white space at its ends."""

    widget = _Nhsuk("textarea", "textarea")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed; browsers send CR LF."""
        self.data = valuelist[0].replace("\r\n", "\n").strip() if valuelist else ""


class RadiosField(RadioField):
    """One of a few choices, pairs of value and text."""

    widget = _Choices("radios", "radios")

    def __init__(self, label: str, choices: Pairs = (), **more: Any) -> None:
        super().__init__(label, choices=choices_of(choices), **more)


class CheckboxesField(SelectMultipleField):
    """Any number of choices, pairs of value and text."""

    widget = _Choices("checkboxes", "checkboxes")

    def __init__(self, label: str, choices: Pairs = (), **more: Any) -> None:
        super().__init__(label, choices=choices_of(choices), **more)


class TickField(BooleanField):
    """One box to tick."""

    widget = _Tick("checkboxes", "checkboxes")


class ChoiceField(SelectField):
    """One of many choices, pairs of value and text."""

    widget = _Select("select", "select")

    def __init__(self, label: str, choices: Pairs = (), **more: Any) -> None:
        super().__init__(label, choices=choices_of(choices), **more)


class SecretField(PasswordField):
    """A password, which is never sent back."""

    widget = _Password("password-input", "passwordInput")


class UploadField(FileField):
    """One file."""

    widget = _File("file-upload", "fileUpload")


class ThreeField(RadioField):
    """Yes, no or not known: True, False or None."""

    widget = _Choices("radios", "radios")

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, choices=choices_of(THREE), coerce=_word_of_three, validate_choice=True, **more)

    @property
    def fact(self) -> bool | None:
        """The answer as an entry keeps it; None too for what is none of the choices."""
        return _THREE_VALUES.get(self.data or "")


def _word_of_three(value: Any) -> str:
    """ "yes", "no" or "" of a fact or of what a browser sent."""
    return {True: "yes", False: "no", None: ""}.get(value, value) if not isinstance(value, str) else value
