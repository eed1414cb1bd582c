"""Why a test server could not be had: each of these errors stops the run, none ever skips a test."""


class UnfitMachineError(RuntimeError):
    """The machine cannot run the tests as it is; the text says what to do."""


class MissingComponentError(UnfitMachineError):
    """A program the tests need is not on this machine; names the Debian package that has it."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"{program} was not found; install it with: apt-get install -y {package}")


class ServerStartError(RuntimeError):
    """A server ended, or did not answer in time; carries the end of its log."""

    def __init__(self, what: str, reason: str, log: str) -> None:
        super().__init__(f"{what} {reason}; the end of its log:\n{log[-4000:]}")
