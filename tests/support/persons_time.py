"""How long a practised hand and a careful eye take: counted from what was done in a browser, not from any clock.

The keystroke-level model of Card, Moran and Newell (1980): each key, each pointing, each hand moved and each thought
costs what people were measured to take. Every line of every page is read, one that was read before is recognised; of a
list one row is read, the others are passed over.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from playwright.sync_api import BrowserContext

_KEY = timedelta(seconds=0.28)
_POINT_AND_PRESS = timedelta(seconds=1.1 + 0.2)
_HAND_BETWEEN_MOUSE_AND_KEYS = timedelta(seconds=0.4)
_THOUGHT = timedelta(seconds=1.35)
# Silent reading of plain text, the mean of 190 studies (Brysbaert 2019). A Vietnamese syllable counts as a word here.
_WORD = timedelta(minutes=1) / 238

# Lines are read when the page stands; a field counts by the letters that its value gained.
_WATCHING = """
(() => {
  if (window.top !== window) return;
  const lengths = new WeakMap();
  const rest = "table.records tbody tr:nth-child(n+2), ul.entries > li:nth-child(n+2)";
  addEventListener("DOMContentLoaded", () => {
    let text = document.body.innerText;
    for (const row of document.querySelectorAll(rest)) text = text.replace(row.innerText, "");
    window.personReads(text);
  });
  addEventListener("click", () => window.personPresses(), true);
  addEventListener("input", ({ target }) => {
    if (!("value" in target)) return;
    window.personTypes(Math.abs(target.value.length - (lengths.get(target) ?? 0)));
    lengths.set(target, target.value.length);
  }, true);
})();
"""


@dataclass(slots=True)
class PersonsTime:
    """What one person did at one browser, from `watch` on."""

    presses: int = 0
    # The letters typed into a field, one entry each time that it was gone to.
    fields: list[int] = field(default_factory=list)
    lines: set[str] = field(default_factory=set)

    @classmethod
    def watch(cls, context: BrowserContext) -> "PersonsTime":
        """Take in every page that is opened from now on."""
        time = cls()

        def press() -> None:
            time.presses += 1

        def type_in(letters: int) -> None:
            time.fields.append(letters)

        def read(text: str) -> None:
            time.lines.update(line.strip() for line in text.splitlines())

        context.expose_function("personPresses", press)
        context.expose_function("personTypes", type_in)
        context.expose_function("personReads", read)
        context.add_init_script(_WATCHING)
        return time

    @property
    def total(self) -> timedelta:
        """Return the time of the model: a field is pointed at, thought about and typed; a press is thought about."""
        words = sum(len(line.split()) for line in self.lines)
        return (
            words * _WORD
            + sum(self.fields) * _KEY
            + len(self.fields) * (_THOUGHT + _POINT_AND_PRESS + 2 * _HAND_BETWEEN_MOUSE_AND_KEYS)
            + self.presses * (_THOUGHT + _POINT_AND_PRESS)
        )
