"""The roof: wiring. Everything below it is in `apps`; nothing there imports from here."""
