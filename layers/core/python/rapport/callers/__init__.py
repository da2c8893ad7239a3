"""Who is calling: profiles of numbers, what links them, campaigns, lists, and what agents say of them."""
