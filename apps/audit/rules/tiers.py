"""How long entries are kept, and where: in the trail, then in an archive, then nowhere.

hot    everything lies in the trail, to be searched
warm   what lasts still does: people, rights, secrets, settings, failures and whatever was grave
cold   all of it lies in archives alone
"""

from dataclasses import dataclass

LASTING_CATEGORIES = (
    "authentication",
    "authorization",
    "configuration",
    "credential",
    "user_management",
)
LASTING_SEVERITIES = ("warning", "error", "critical")


@dataclass(frozen=True, slots=True)
class Terms:
    """Until which age, in days, an entry is hot, warm and cold; each is at least the one before it."""

    hot_days: int
    warm_days: int
    cold_days: int

    def __post_init__(self) -> None:
        """Refuse terms by which something would leave earlier than what it lies in.

        Raises:
            ValueError: they are not in order, or less than a day.
        """
        if not 1 <= self.hot_days <= self.warm_days <= self.cold_days:
            raise ValueError(f"{self} are no terms: 1 <= hot <= warm <= cold")

    def within(self, most_days: int | None) -> "Terms":
        """Return these terms for a trail of which nothing is kept longer than `most_days`."""
        if most_days is None:
            return self
        days = (self.hot_days, self.warm_days, self.cold_days)
        return Terms(*(min(each, most_days) for each in days))
