"""The forms of signing in and of accounts."""

from typing import Any, ClassVar

from email_validator import EmailNotValidError, validate_email
from flask import request
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from directory.accounts import passwords
from directory.web import rooms
from directory.web.forms import Form, SecretField, TextField
from directory.web.writing import is_page_token

_NAME = [DataRequired("Enter your name."), Length(max=100, message="Use at most 100 characters.")]
OPEN_TOO_LONG = "This page was open for too long. Send it again."


def email_address(_form: Form, field: TextField) -> None:
    """Refuse what is not the address of a mailbox, and write it as addresses are kept: in small letters."""
    try:
        found = validate_email(field.data or "", check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise ValidationError("Enter an email address in full, such as name@example.org.") from None
    field.data = found.normalized.lower()


class EmailField(TextField):
    """An email address."""

    def __init__(self, label: str = "Email address", **more: Any) -> None:
        super().__init__(label, validators=[email_address], **more)


class NewPasswordField(SecretField):
    """A password that is being chosen."""

    def __init__(self, label: str = "Choose a password", **more: Any) -> None:
        rule = f"At least {passwords.SHORTEST} characters. Three random words are easy to remember."
        super().__init__(label, description=rule, **more)


class PageForm(Form):
    """A form of somebody who has not signed in: it wants no cookie, and shows that its page is ours."""

    class Meta:
        """No session, so no token that is kept in one."""

        csrf = False

    purpose: ClassVar[str]

    def validate(self, extra_validators: object = None) -> bool:
        """Whether all is well, the page included."""
        is_well = bool(super().validate(extra_validators))
        if not is_page_token(request.form.get("page_token", ""), self.purpose):
            self.form_errors.append(OPEN_TOO_LONG)
            return False
        return is_well


class SignInForm(PageForm):
    """Who, and their password."""

    purpose = "sign-in"
    email = TextField("Email address", validators=[DataRequired("Enter your email address.")])
    password = SecretField("Password", validators=[DataRequired("Enter your password.")])
    next = HiddenField()


class ForgottenForm(PageForm):
    """Whose password is forgotten."""

    purpose = "forgotten"
    email = EmailField()


class ConfirmForm(PageForm):
    """One button, under something that a link in a mail leads to."""

    purpose = "confirm"


class ChoosePasswordForm(PageForm):
    """A new password for one that is forgotten."""

    purpose = "new-password"
    password = NewPasswordField("New password")


class AcceptForm(PageForm):
    """What somebody who was invited tells us."""

    purpose = "invitation"
    name = TextField(
        "Your name",
        description="Those who run the directory see it. The public never does.",
        validators=_NAME,
    )
    password = NewPasswordField()


class CodeForm(Form):
    """A code of the second factor."""

    code = TextField("Code", validators=[DataRequired("Enter the code.")])


class PasskeyForm(Form):
    """What a browser says with a passkey, as JSON."""

    credential = HiddenField()


class NewPasskeyForm(PasskeyForm):
    """A passkey that is being made."""

    name = TextField(
        "Name of this passkey",
        description="So that you know it again: the device or the app that keeps it, such as my phone.",
        validators=[DataRequired("Enter a name."), Length(max=60, message="Use at most 60 characters.")],
    )


class SureForm(Form):
    """The password once more."""

    password = SecretField("Your password", validators=[DataRequired("Enter your password.")])


class NameForm(Form):
    """Another name."""

    name = TextField(
        "Your name",
        validators=_NAME,
    )


class EmailForm(Form):
    """Another email address."""

    email = EmailField("New email address")


class PasswordForm(Form):
    """The password of before and another one."""

    password = SecretField("Current password", validators=[DataRequired("Enter your current password.")])
    new_password = NewPasswordField("New password")


def said(field: StringField) -> str:
    """What was typed, "" for nothing."""
    return field.data or ""


def is_good(field: NewPasswordField, about: tuple[str, ...]) -> bool:
    """Whether a new password may be used; says on the field why not."""
    fault = passwords.fault_of(said(field), rooms().config, about)
    if fault:
        field.errors = [*field.errors, fault]
    return not fault
