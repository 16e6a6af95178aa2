from apps.core.errors import (
    ConflictError,
    FieldProblem,
    InvalidError,
    NotFoundError,
    RateLimitedError,
)


class StreamNotFoundError(NotFoundError):
    """This tenant has no such stream."""

    code = "stream_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such stream.")


class StreamNameTakenError(ConflictError):
    """Two streams of one tenant are never called alike."""

    code = "stream_name_taken"

    def __init__(self) -> None:
        sentence = "Another stream is called so."
        super().__init__(sentence, errors=[FieldProblem("/name", self.code, sentence)])


class StreamRefusedError(InvalidError):
    """The address is none that a trail could be sent to."""

    code = "stream_refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, errors=[FieldProblem("/url", self.code, sentence)])


class TooManyStreamsError(ConflictError):
    """A tenant has as many streams as it may."""

    code = "too_many_streams"

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} streams already; delete one first.")


class NothingToSignError(ConflictError):
    """Syslog knows no signature, so such a stream has no secret."""

    code = "stream_has_no_secret"

    def __init__(self) -> None:
        super().__init__("Only streams to webhooks have a secret.")


class TooManyTestsError(RateLimitedError):
    """The tenant tries its streams too often."""

    code = "too_many_stream_tests"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(
            "Streams were tried too often; wait a little.", retry_after_s=retry_after_s
        )
