"""The officer's pages of what is offered without an application."""
