"""The fictional city 云泽市 on one machine: its offices' systems, its accounts, its first cases."""
