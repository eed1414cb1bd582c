"""What stops a command: one line for the terminal that says what to do."""


class OperatorError(Exception):
    """A command that cannot be carried out; the text is one line for the person at the terminal."""
