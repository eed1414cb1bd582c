"""The yes or no of a match, whichever way it was written down."""

from collections.abc import Iterable, Mapping

from idp.proofing.registers.ports import Garbled, MatchAnswer, Matched, NotMatched

_WORDS: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}


def read_yes_or_no(texts: Iterable[str]) -> MatchAnswer:
    """Return the result that all non-empty texts agree on; silence and contradiction are neither yes nor no."""
    said = {_WORDS.get(text.lower()) for text in texts if text}
    match said:
        case _ if said == {True}:
            return Matched()
        case _ if said == {False}:
            return NotMatched()
        case _:
            return Garbled("no_result" if not said else "unclear_result")
