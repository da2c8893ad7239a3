"""The profile assistant: from a Genesys conversation to what the bank knows of the customer; and the CRM both ways."""
