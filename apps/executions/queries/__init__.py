"""Every read of executions: by their owners, by those who look for them, by those who read what they did."""
