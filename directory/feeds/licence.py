"""Under what licence everything that machines read is published, and whom to name: said in every output."""

from typing import Final

PUBLISHER: Final = "London crisis alternatives directory"
LICENCE: Final = "CC BY 4.0"
LICENCE_NAME: Final = "Creative Commons Attribution 4.0 International"
LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"
ATTRIBUTION: Final = (
    "London crisis alternatives directory, CC BY 4.0. Contains OS data © Crown copyright and database right 2026. "
    "Contains Royal Mail data © Royal Mail copyright and database right 2026. Source: Office for National Statistics "
    "licensed under the Open Government Licence v.3.0."
)
WEEKLY_TIMES: Final = "Times of day are those of the clock on the wall in London (Europe/London), summer and winter."
