"""Cases: what the models find suspicious, decided by people, with a record that shows tampering."""
