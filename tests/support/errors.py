"""Why a test server could not be had: both errors stop the run, neither ever skips a test."""


class MissingComponentError(RuntimeError):
    """A program the tests need is not on this machine; names the Debian package that has it."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"{program} was not found; install it with: apt-get install -y {package}")


class ServerStartError(RuntimeError):
    """A server ended, or did not answer in time; carries the end of its log."""

    def __init__(self, what: str, reason: str, log: str) -> None:
        super().__init__(f"{what} {reason}; the end of its log:\n{log[-4000:]}")
