"""The closed sets that the texts of acting for others are put together from."""

from idp.delegation.model import MandateKind, Power

ACTING_SETS = {
    ("acting_kind.", "choice.kind"): [f"acting_kind.{kind}" for kind in MandateKind],
    ("acting_power.", "power"): [f"acting_power.{power}" for power in Power],
}
