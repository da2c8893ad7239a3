"""What is asked of the warehouse: every statement of ours, as written here. docs/assist.md describes the tables.

`@pcin` and `@bcin` are empty where they are not known; `customer_kpis` keeps a person's own account under an empty
BCIN. Each statement reads the partitions from `@since` on. Without a BCIN, revenue and transactions are those of all
businesses of the person.
"""

from __future__ import annotations

from rapport.vendors.bigquery import Kind, Statement

WHOSE = {"since": Kind.DATE, "pcin": Kind.STRING, "bcin": Kind.STRING}
KPIS = Statement(
    "kpis",
    """SELECT month, balance, deposits, credit_limit, credit_used, products, income, outgoings, days_past_due,
    logins_30d, calls_90d, nps, churn_probability, lifetime_value, currency, loaded_at
FROM {customer_kpis}
WHERE month >= @since AND bcin = @bcin AND (pcin = @pcin OR @pcin = '' AND @bcin != '')
ORDER BY month DESC, pcin LIMIT 24""",
    WHOSE,
)
RELATIONS = Statement(
    "relations",
    """WITH mine AS (
    SELECT DISTINCT bcin FROM {customer_kpis}
    WHERE month >= @since AND bcin != '' AND (pcin = @pcin OR bcin = @bcin)),
people AS (
    SELECT DISTINCT pcin FROM {customer_kpis} WHERE month >= @since AND bcin IN (SELECT bcin FROM mine))
SELECT pcin, bcin, business_name, role, sector, MAX(loaded_at) AS loaded_at
FROM {customer_kpis}
WHERE month >= @since AND bcin != '' AND pcin IN (SELECT pcin FROM people)
GROUP BY pcin, bcin, business_name, role, sector
ORDER BY bcin, pcin LIMIT 120""",
    WHOSE,
)
PAYMENTS = Statement(
    "payments",
    """SELECT bcin, counterparty_bcin, counterparty_name, COUNT(*) AS payments, SUM(amount) AS amount, currency,
    MAX(loaded_at) AS loaded_at
FROM {transaction_data}
WHERE booked_on >= @since AND bcin IN UNNEST(@bcins) AND counterparty_bcin != ''
GROUP BY bcin, counterparty_bcin, counterparty_name, currency
ORDER BY amount DESC LIMIT 40""",
    {"since": Kind.DATE, "bcins": Kind.STRINGS},
)
REVENUE = Statement(
    "revenue",
    """SELECT month, product_line, SUM(revenue) AS revenue, currency, MAX(loaded_at) AS loaded_at
FROM {revenue_data}
WHERE month >= @since AND (bcin = @bcin AND @bcin != '' OR @bcin = '' AND bcin IN (
    SELECT bcin FROM {customer_kpis} WHERE month >= @since AND pcin = @pcin AND bcin != ''))
GROUP BY month, product_line, currency
ORDER BY month LIMIT 500""",
    WHOSE,
)
TRANSACTIONS = Statement(
    "transactions",
    """SELECT FORMAT_DATE('%Y-%m', booked_on) AS period, direction, category, COUNT(*) AS payments,
    SUM(amount) AS amount, MAX(amount) AS largest, currency, MAX(loaded_at) AS loaded_at
FROM {transaction_data}
WHERE booked_on >= @since AND (bcin = @bcin AND @bcin != '' OR @bcin = '' AND bcin IN (
    SELECT bcin FROM {customer_kpis} WHERE month >= @since AND pcin = @pcin AND bcin != ''))
GROUP BY period, direction, category, currency
ORDER BY period LIMIT 500""",
    WHOSE,
)
INHIBITS = Statement(
    "inhibits",
    """SELECT inhibit_code, description, severity, set_on, lifted_on, loaded_at
FROM {inhibit_data}
WHERE set_on >= @since AND (pcin = @pcin AND @pcin != '' OR bcin = @bcin AND @bcin != '')
ORDER BY set_on DESC LIMIT 50""",
    WHOSE,
)
JOURNEY = Statement(
    "journey",
    """SELECT happened_at, stage, touchpoint, channel, outcome, loaded_at
FROM {customer_journeys}
WHERE happened_on >= @since AND (pcin = @pcin AND @pcin != '' OR bcin = @bcin AND @bcin != '')
ORDER BY happened_at DESC LIMIT 60""",
    WHOSE,
)
COMPLAINTS = Statement(
    "complaints",
    """SELECT complaint_id, category, severity, status, opened_on, closed_on, amount, currency, summary, loaded_at
FROM {complaints}
WHERE opened_on >= @since AND (pcin = @pcin AND @pcin != '' OR bcin = @bcin AND @bcin != '')
ORDER BY opened_on DESC LIMIT 50""",
    WHOSE,
)
