"""The words of a transaction: spending categories and channels, in the order in which models see them."""

CATEGORIES = (
    "groceries",
    "restaurants",
    "transport",
    "fuel",
    "travel",
    "lodging",
    "utilities",
    "telecom",
    "housing",
    "insurance",
    "health",
    "pharmacy",
    "education",
    "clothing",
    "electronics",
    "home",
    "entertainment",
    "gambling",
    "cash",
    "transfers",
)
CHANNELS = ("card_present", "online", "atm", "transfer", "direct_debit")
