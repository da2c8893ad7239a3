"""Administration: users and roles, the audit trail, logs, health and performance."""
