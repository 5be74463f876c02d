"""Reports who uses an organization's Copilot seats, and what the idle ones cost."""

__version__ = "1.0.0"
