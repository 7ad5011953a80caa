"""What the directory keeps: entries, changes, people, proposals and mail. Words are HSDS's where it has them."""

from sqlmodel import SQLModel

from directory.models.confirmations import StillRightAnswer, StillRightLink, StillRightRound, StillRightWord
from directory.models.dismissals import Dismissal
from directory.models.entry import (
    CREW_FACTS,
    FACT_GROUPS,
    GROUP_FIELDS,
    Audience,
    Caution,
    CheckedBy,
    CheckedHow,
    ClaimKind,
    CrewFact,
    CrewFactName,
    CulturalClaim,
    Entry,
    Evidence,
    FactGroup,
    Gender,
    LiveState,
    LiveStatus,
    LocationType,
    Phone,
    ProblemKind,
    Status,
    Visibility,
)
from directory.models.keys import ApiKey, KeyScope
from directory.models.listing import ListingRequest, RequestKind, RequestOutcome
from directory.models.mail import Mail, MailState
from directory.models.people import Account, AccountEvent, Grant, Mark, Passkey, Role
from directory.models.proposals import Decision, Outcome, Proposal
from directory.models.reports import Report, ReportClosing, ReportOutcome, TurnedAwayWhy
from directory.models.tables import Change, Service
from directory.models.tasks import TaskRun
from directory.models.uploads import Upload

__all__ = [
    "CREW_FACTS",
    "FACT_GROUPS",
    "GROUP_FIELDS",
    "Account",
    "AccountEvent",
    "ApiKey",
    "Audience",
    "Caution",
    "Change",
    "CheckedBy",
    "CheckedHow",
    "ClaimKind",
    "CrewFact",
    "CrewFactName",
    "CulturalClaim",
    "Decision",
    "Dismissal",
    "Entry",
    "Evidence",
    "FactGroup",
    "Gender",
    "Grant",
    "KeyScope",
    "ListingRequest",
    "LiveState",
    "LiveStatus",
    "LocationType",
    "Mail",
    "MailState",
    "Mark",
    "Outcome",
    "Passkey",
    "Phone",
    "ProblemKind",
    "Proposal",
    "RequestKind",
    "RequestOutcome",
    "Report",
    "ReportClosing",
    "ReportOutcome",
    "Role",
    "SQLModel",
    "Service",
    "Status",
    "StillRightAnswer",
    "StillRightLink",
    "StillRightRound",
    "StillRightWord",
    "TaskRun",
    "TurnedAwayWhy",
    "Upload",
    "Visibility",
]
