"""Who uses the Copilot seats an organization pays for, and what the idle ones cost."""

__version__ = "1.0.0"
