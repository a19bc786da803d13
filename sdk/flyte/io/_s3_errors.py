"""What S3 refuses, told as Python tells it of files: FileNotFoundError, PermissionError, OSError."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.exceptions import ClientError

_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_REFUSED = frozenset({"403", "AccessDenied", "AllAccessDisabled", "InvalidAccessKeyId", "SignatureDoesNotMatch"})
_EXPIRED = frozenset({"ExpiredToken", "RequestExpired", "TokenRefreshRequired", "InvalidToken"})


@contextlib.contextmanager
def explained(uri: str, verb: str) -> Iterator[None]:
    """Turns errors of boto3 into Python's own, which name the URI and say what to do.

    Args:
        uri: What the block works on.
        verb: What it does to it: `read`, `write`, `delete`.

    Raises:
        FileNotFoundError: There is no such object or bucket.
        PermissionError: The credentials do not allow it, or there are none.
        OSError: S3 failed, or the object changed while it was read.
    """
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except NoCredentialsError:
        raise PermissionError(f"{uri} cannot be {_done(verb)}: no AWS credentials were found") from None
    except ClientError as error:
        raise _told(uri, verb, error) from error
    except (BotoCoreError, Boto3Error) as error:
        # The transfer manager tells the cause as text, and keeps it as context.
        cause = error.__context__
        if isinstance(cause, ClientError):
            raise _told(uri, verb, cause) from cause
        raise OSError(f"{uri} could not be {_done(verb)}: {error}") from error


def _told(uri: str, verb: str, error: ClientError) -> OSError:
    code = error_code(error)
    if code in _MISSING:
        return FileNotFoundError(f"{uri} does not exist")
    if code == "NoSuchBucket":
        return FileNotFoundError(f"{uri} does not exist: there is no such bucket")
    if code in _REFUSED:
        return PermissionError(
            f"{uri} may not be {_done(verb)} ({code}): a task's role reaches the data of runs and uploads; for another "
            "bucket, allow it in that role's policy and in the bucket's"
        )
    if code in _EXPIRED:
        return PermissionError(f"{uri} could not be {_done(verb)} ({code}): the credentials have expired; renew them")
    if code == "PreconditionFailed":
        return OSError(f"{uri} was changed while it was read: read it again, or write new content under a new name")
    return OSError(f"{uri} could not be {_done(verb)}: S3 answered {error}")


def _done(verb: str) -> str:
    return {"write": "written", "delete": "deleted"}.get(verb, verb)


def error_code(error: ClientError) -> str:
    """S3's word for what went wrong."""
    answer: Any = error.response
    return str(answer.get("Error", {}).get("Code", ""))


def is_missing(error: ClientError) -> bool:
    """Whether the object is not there."""
    return error_code(error) in _MISSING


def is_refused(error: ClientError) -> bool:
    """Whether the credentials do not allow it; S3 also says so of what is missing where a list is not allowed."""
    return error_code(error) in {"403", "AccessDenied"}


def is_empty_range(error: ClientError) -> bool:
    """Whether a range was asked of an object without any bytes."""
    return error_code(error) in {"InvalidRange", "416"}
