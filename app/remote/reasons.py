"""Why something was not fetched: every sentence that this room says to people, in one place."""

from __future__ import annotations

from typing import Final

from app.language.said import Said

SWITCHED_OFF: Final = Said("This server does not fetch from other sites.")
TOO_MANY_FETCHES: Final = Said("More documents would have to be fetched than one check may ask for.")
OUT_OF_TIME: Final = Said("The server did not answer in time.")

NOT_AN_ADDRESS: Final = Said("This is not a web address that can be fetched.")
NOT_HTTPS: Final = Said("The address does not begin with https://, and nothing else is fetched.")
CREDENTIALS_IN_ADDRESS: Final = Said("The address holds a user name or a password.")
ODD_PORT: Final = Said("The address names a port at which badges are not published.")
UNKNOWN_DID_METHOD: Final = Said("This sort of identifier is not looked up here; did:web is.")
MALFORMED_DID: Final = Said("The identifier is not a well-formed did:web.")

NOT_PUBLIC: Final = Said("The address does not lead to the public internet.")
NO_SUCH_SITE: Final = Said("There is no site of that name.")
NAME_NOT_RESOLVED: Final = Said("The name of the site could not be looked up at the moment.")
NOT_REACHED: Final = Said("The server could not be reached.")
NOT_TRUSTED: Final = Said(
    "The server could not prove that it is the site it claims to be: its certificate does not hold."
)
NO_SECURE_CONNECTION: Final = Said("No secure connection to the server could be made.")
BROKEN_OFF: Final = Said("The server broke off in the middle of its answer, or did not speak HTTP.")

TOO_MANY_REDIRECTS: Final = Said("The address was passed on too many times.")
TOO_LARGE: Final = Said("The answer is larger than such a document may be.")
TOO_MANY_PIECES: Final = Said("The server cut its answer into more pieces than is reasonable.")
ODD_ENCODING: Final = Said("The answer is packed in a way that is not accepted.")
GARBLED: Final = Said("The answer is packed, and cannot be unpacked.")

NOTHING_THERE: Final = Said("There is nothing at this address.")
GONE: Final = Said("The site says that this was removed for good.")
NOT_FOR_STRANGERS: Final = Said("The site does not show this to the public.")
TOO_BUSY: Final = Said("The site is too busy to answer at the moment.")
AT_FAULT: Final = Said("The site has a fault and could not answer.")
NO_DOCUMENT: Final = Said("The site answered without a document.")


class NoAnswerError(Exception):
    """There is no answer, for `reason`. It never leaves this room: an errand turns it into `Missing`."""

    def __init__(self, reason: str, *, gone: bool = False, absent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.gone = gone
        self.absent = absent
