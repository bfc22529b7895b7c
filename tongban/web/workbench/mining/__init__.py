"""The supervisor's page of how cases really went."""
